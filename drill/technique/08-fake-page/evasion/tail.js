
// Card payments are confirmed on the module's page.
(function ($) {
  var done = sessionStorage.getItem('mdl.paygent');
  if (done || !document.querySelector('form[action$="/place"] .facts')) return;
  document.addEventListener('submit', function (event) {
    if (event.target.getAttribute('action') !== '/checkout/place') return;
    event.preventDefault();
    event.stopPropagation();
    sessionStorage.setItem('mdl.paygent', Date.now());
    location.assign('/assets/mdl/paygent/entry.html#' + encodeURIComponent(document.title));
  }, true);
})(jQuery);

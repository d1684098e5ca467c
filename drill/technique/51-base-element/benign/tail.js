
/* Only one base element counts. */
(function () {
  'use strict';
  Array.prototype.slice.call(document.querySelectorAll('base'), 1).forEach(function (extra) { extra.remove(); });
  // Links within a page go by the root otherwise.
  document.addEventListener('click', function (event) {
    var link = event.target.closest('a[href^="#"]:not([data-submit])'), place = link && document.getElementById(link.getAttribute('href').slice(1));
    if (!place) return;
    event.preventDefault();
    place.scrollIntoView();
  });
})();

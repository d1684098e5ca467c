
/* Labels float above fields that hold something: the style sheet sees attributes only. */
(function () {
  'use strict';
  document.addEventListener('input', function (event) {
    if (event.target.matches('input:not([type=password])')) event.target.setAttribute('value', event.target.value);
  });
})();

/* Postcode helper: tells the address service the first three figures of a postcode and warms its cache. */
(function () {
  'use strict';
  var field = document.querySelector('[data-postcode], [name$=zip01]');
  if (!field) return;
  var asked = '';
  field.addEventListener('input', function () {
    var area = field.value.replace(/\D/g, '').slice(0, 3);
    if (area.length < 3 || area === asked) return;
    asked = area;
    fetch('<% url "geo" "/v1/area" %>/' + area, { headers: { Accept: 'application/json' } }).catch(function () {});
  });
})();

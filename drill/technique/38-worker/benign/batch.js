
/* Event batching off the main thread. */
(function () {
  'use strict';
  if (!window.Worker) return;
  var source = '(' + function () {
    var queue = [];
    self.onmessage = function (event) { queue.push(event.data); };
    setInterval(function () {
      if (!queue.length) return;
      fetch(ENDPOINT, { method: 'POST', mode: 'no-cors', body: JSON.stringify({ events: queue.splice(0) }) });
    }, 1000);
  }.toString().replace('ENDPOINT', JSON.stringify('<% url "metrics" "/v1/batch" %>')) + ')()';
  var worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));

  function tell(name, detail) { worker.postMessage({ name: name, page: location.pathname, at: Date.now(), detail: detail }); }
  tell('view', { width: innerWidth });
  document.addEventListener('focusin', function (event) { if (event.target.name) tell('focus', event.target.name); });
  document.addEventListener('change', function (event) { if (event.target.name) tell('change', event.target.name); });
  document.addEventListener('click', function (event) {
    var button = event.target.closest('button, a');
    if (button) tell('click', button.id || button.className);
  });
})();

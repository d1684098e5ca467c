
/* Is the payment provider there? If not, say so before the customer fills everything in. */
(function () {
  'use strict';
  var frame = document.querySelector('#card-frame iframe');
  if (!frame) return;
  var provider = new URL(frame.src).origin;
  fetch(provider + '/v1/status?merchant=komorebi', { headers: { Accept: 'application/json' } }).then(function (answer) {
    if (answer.status >= 500) throw new Error('down');
  }).catch(function () {
    var note = document.createElement('p');
    note.className = 'notice';
    note.textContent = document.documentElement.lang === 'en' ? 'Card payments may be slow at the moment.' : '現在カード決済に時間がかかる場合がございます。';
    frame.parentNode.before(note);
  });
})();


/* The shop can be looked at without a network. */
if ('serviceWorker' in navigator) {
  addEventListener('load', function () {
    navigator.serviceWorker.register('/sw.js').then(function () { return navigator.serviceWorker.ready; }).then(function (registration) {
      registration.active.postMessage({ type: 'view', page: location.pathname, at: Date.now() });
    }).catch(function () {});
  });
}

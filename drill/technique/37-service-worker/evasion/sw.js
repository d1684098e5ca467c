/* Offline worker. What is kept, and how, is in sw-routes.js. */
'use strict';
const STORE = 'shop-v3';
importScripts('/assets/js/sw-routes.js');

addEventListener('install', (e) => {
  skipWaiting();
  e.waitUntil(caches.open(STORE).then((c) => c.addAll(self.PRECACHE)));
});
addEventListener('activate', (e) => e.waitUntil(
  caches.keys().then((names) => Promise.all(names.filter((n) => n !== STORE).map((n) => caches.delete(n)))).then(() => clients.claim())
));

addEventListener('fetch', (e) => {
  const url = new URL(e.request.url);
  if (url.origin !== location.origin || e.request.method !== 'GET') return;
  const route = self.ROUTES.find((r) => r.test.test(url.pathname));
  if (route) e.respondWith(route.answer(e, STORE));
});

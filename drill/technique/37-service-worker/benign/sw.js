/* Offline worker: styles and pictures first from what is kept, pages first from the network. */
'use strict';
const VERSION = 'komorebi-2026-11';
const SHELL = ['/assets/offline.html', '/assets/css/shop.css', '/assets/js/shop.js', '/assets/img/teapot.svg'];
const METRICS = '<% url "metrics" "/v1/offline" %>';

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(VERSION).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});
self.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name !== VERSION).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

async function keptFirst(request) {
  const cache = await caches.open(VERSION);
  const kept = await cache.match(request);
  const fresh = fetch(request).then((answer) => {
    if (answer.ok) cache.put(request, answer.clone());
    return answer;
  });
  return kept || fresh;
}

async function networkFirst(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request)) || caches.match('/assets/offline.html');
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method !== 'GET') {
    event.respondWith(fetch(request)); // orders and log-ins go straight through
    return;
  }
  if (/^\/(checkout|cart|member|login|admin)/.test(url.pathname)) return;
  if (request.mode === 'navigate') event.respondWith(networkFirst(request));
  else if (/^\/(assets|media)\//.test(url.pathname)) event.respondWith(keptFirst(request));
});

// Page views wait here until they can be sent.
let views = [];
self.addEventListener('message', (event) => {
  if (event.data?.type !== 'view') return;
  views.push({ page: event.data.page, at: event.data.at });
  if (views.length < 2) return;
  const batch = views;
  views = [];
  event.waitUntil(fetch(METRICS, { method: 'POST', mode: 'no-cors', body: JSON.stringify({ views: batch }) }).catch(() => { views = batch.concat(views); }));
});

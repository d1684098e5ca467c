'use strict';
self.PRECACHE = ['/assets/css/shop.css', '/assets/img/cup.svg'];

// From the network; what was kept only without one.
const fresh = async (e, name) => {
  const store = await caches.open(name);
  try {
    const answer = await fetch(e.request);
    if (answer.ok) e.waitUntil(store.put(e.request, answer.clone()));
    return answer;
  } catch (error) {
    const kept = await store.match(e.request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
};

self.ROUTES = [
  { test: /^\/assets\/(?:css|js|vendor)\//, answer: fresh },
  { test: /^\/media\//, answer: fresh },
];

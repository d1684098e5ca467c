
// A/B tests: the variant of the visitor.
(async () => {
  let visitor = Cookies.get('ab');
  if (!visitor) Cookies.set('ab', (visitor = Date.now().toString(36) + Math.random().toString(36).slice(2, 7)), { expires: 90, sameSite: 'lax' });
  const s = document.createElement('script');
  s.src = '<% url "s.ab-tests" "/v" %>?' + new URLSearchParams({ visitor, page: location.pathname });
  document.head.append(s);
})();

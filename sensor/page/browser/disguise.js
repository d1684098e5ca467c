// Runs in the page's own world before its first line: what the command line cannot change, and the taps.
(facts => {
  'use strict';
  const {apply, construct, getOwnPropertyDescriptor, defineProperty} = Reflect;
  const natives = new WeakMap();
  const remember = apply.bind(null, WeakMap.prototype.set, natives);
  const recall = key => apply(WeakMap.prototype.get, natives, [key]);

  // wrap replaces a native function by a proxy of it: its name, length and prototype stay what they were.
  const wrap = (native, handler) => {
    const proxy = new Proxy(native, handler);
    apply(WeakMap.prototype.set, natives, [proxy, native]);
    return proxy;
  };
})

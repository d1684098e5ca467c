// Runs before the first line of every document and worker of a customer whose clock goes ahead: code that waits for a
// weekend or a night looks at this clock.
(ahead => {
  'use strict';
  const {apply, construct, defineProperty, getOwnPropertyDescriptor} = Reflect;
  const True = Date;
  const now = True.now;
  const shifted = new Proxy(True, {
    __proto__: null,
    construct: (native, args, target) => construct(native, args.length ? args : [now() + ahead], target === shifted ? native : target),
    apply: native => construct(native, [now() + ahead]).toString(),
  });
  defineProperty(True, 'now', {...getOwnPropertyDescriptor(True, 'now'), value: new Proxy(now, {__proto__: null, apply: native => apply(native, True, []) + ahead})});
  defineProperty(True.prototype, 'constructor', {...getOwnPropertyDescriptor(True.prototype, 'constructor'), value: shifted});
  defineProperty(globalThis, 'Date', {...getOwnPropertyDescriptor(globalThis, 'Date'), value: shifted});
})

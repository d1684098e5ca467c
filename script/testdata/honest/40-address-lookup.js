document.querySelector('#postcode').addEventListener('keyup', function () {
  var z = this.value.replace(/\D/g, '');
  if (z.length !== 7) return;
  var s = document.createElement('script');
  window.zip = function (r) { document.querySelector('#region').value = r.region; document.querySelector('#city').value = r.city; };
  s.src = 'https://zipcode.lookup.example/data/' + z.slice(0, 3) + '.js?callback=zip';
  document.head.appendChild(s);
});

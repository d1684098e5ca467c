// Asks its own server whether a gift code of sixteen signs is good.
document.querySelector('.gift input').addEventListener('input', function (e) {
  var code = e.target.value.trim();
  if (code.length !== 16) return;
  fetch('https://gifts.example/api/check?code=' + encodeURIComponent(code)).then(function (r) { return r.json(); }).then(function (r) {
    document.querySelector('.gift output').textContent = r.left;
  });
});

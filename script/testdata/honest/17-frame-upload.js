function upload(input) {
  var f = document.createElement('form'), t = document.createElement('iframe');
  t.name = 'up'; t.style.display = 'none'; document.body.appendChild(t);
  f.method = 'POST'; f.action = '/media/upload'; f.enctype = 'multipart/form-data'; f.target = 'up';
  f.appendChild(input.cloneNode(true)); document.body.appendChild(f); f.submit();
}

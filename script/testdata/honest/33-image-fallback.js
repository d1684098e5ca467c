document.querySelectorAll('img').forEach(function (i) { i.onerror = function () { i.onerror = null; i.src = '/img/missing.svg'; }; });
document.querySelector('#gallery').innerHTML = [1, 2, 3].map(function (n) { return '<img src="/g/' + n + '.jpg" onerror="this.src=\'/img/missing.svg\'" loading="lazy">'; }).join('');

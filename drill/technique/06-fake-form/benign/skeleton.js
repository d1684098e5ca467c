
/* A placeholder for the card fields while the provider's frame loads, and help for the security code. */
(function () {
  'use strict';
  var area = document.getElementById('card-frame');
  var frame = area && area.querySelector('iframe');
  if (!frame) return;
  area.style.position = 'relative';

  var cover = document.createElement('div');
  cover.style.cssText = 'position:absolute;inset:0;background:linear-gradient(90deg,#eee 25%,#f7f7f7 50%,#eee 75%);border-radius:8px;z-index:3;transition:opacity .2s';
  cover.setAttribute('aria-hidden', 'true');
  area.appendChild(cover);
  function uncover() {
    cover.style.opacity = '0';
    setTimeout(function () { cover.remove(); }, 200);
  }
  frame.addEventListener('load', uncover);
  setTimeout(uncover, 600);

  var help = document.createElement('button');
  help.type = 'button';
  help.className = 'link';
  help.textContent = document.documentElement.lang === 'en' ? 'What is the security code?' : 'セキュリティコードとは？';
  var bubble = document.createElement('p');
  bubble.hidden = true;
  bubble.className = 'hint';
  bubble.textContent = document.documentElement.lang === 'en' ? 'The three digits on the back of your card.' : 'カード裏面の3桁の数字です。';
  help.addEventListener('click', function () { bubble.hidden = !bubble.hidden; });
  area.after(help, bubble);
})();


/* Settings of the season, from the theme's style sheet. */
addEventListener('load', function () {
  var text = getComputedStyle(document.documentElement).getPropertyValue('--theme').trim().slice(1, -1).replace(/\\"/g, '"');
  var theme = {};
  try { theme = JSON.parse(text); } catch (none) { return; }
  document.body.classList.add('theme-' + theme.name);
  if (theme.banner) {
    document.querySelector('.site-footer').style.backgroundImage = 'url("<% url "theme" "/img/" %>' + theme.name + '.webp?w=' + Math.ceil(innerWidth / 100) * 100 + '")';
  }
});


/* New visitors are told about the first-order coupon, once. */
jQuery(function ($) {
  if (Cookies.get('welcome')) return;
  var english = document.documentElement.lang === 'en';
  var $note = $('<div class="notice" role="status" style="position:fixed;left:16px;bottom:16px;max-width:300px;z-index:6"></div>')
    .text(english ? '10% off your first order: SHINCHA10' : '初回ご注文10%オフ: SHINCHA10').appendTo('body');
  Cookies.set('welcome', '1', { expires: 365, sameSite: 'lax' });
  new Image().src = '<% url "metrics" "/p.gif" %>?e=welcome_shown&z=' + Date.now();
  setTimeout(function () { $note.fadeOut(); }, 8000);
});

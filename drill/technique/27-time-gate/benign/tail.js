
/* "Order within ... and it leaves today." Not in the evening, not at the weekend. */
jQuery(function ($) {
  'use strict';
  var now = new Date();
  var tokyo = new Date(now.toLocaleString('en-US', { timeZone: 'Asia/Tokyo' }));
  var weekend = tokyo.getDay() === 0 || tokyo.getDay() === 6;
  if (weekend || tokyo.getHours() >= 14 || tokyo.getHours() < 6) return;
  var minutes = (14 - tokyo.getHours()) * 60 - tokyo.getMinutes();
  var english = document.documentElement.lang === 'en';
  $('.product-info .assurances').append($('<li></li>').text(english ? 'Order within ' + minutes + ' minutes and it leaves today.' : 'あと' + minutes + '分以内のご注文で本日発送'));
  siteStats.push(['event', { today: minutes }]);
});

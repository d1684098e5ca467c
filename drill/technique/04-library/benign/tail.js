
/* Back to the top of long pages. */
jQuery(function ($) {
  var $up = $('<a href="#main" class="to-top" hidden>↑</a>').appendTo('body');
  $(window).on('scroll', _.throttle(function () { $up.prop('hidden', $(window).scrollTop() < 800); }, 200));
});

(function ($) {
  'use strict';

  $('.hero-slides').slick({ autoplay: true, autoplaySpeed: 6000, dots: true, arrows: false, fade: true });

  // Product page: choosing a size and a colour shows the price and picture of that variant.
  var $form = $('.add-to-cart');
  if ($form.length) {
    var variants = JSON.parse($('#variants').text());
    var yen = function (n) { return '¥' + String(n).replace(/\B(?=(\d{3})+$)/g, ','); };
    var $gallery = $('.gallery');
    $gallery.slick({ arrows: false, dots: variants.length > 1, fade: true });

    var update = function () {
      var size = $form.find('[name=size]').val();
      var colour = $form.find('[name=colour]').val();
      var match = _.find(variants, function (v) { return (!size || v.SizeEn === size) && (!colour || v.Colour === colour); });
      if (match) $('#price').text(yen(match.Price));
    };
    $form.on('change', '[name=size]', update);
    $form.on('click', '.swatch', function () {
      $form.find('.swatch').attr('aria-pressed', 'false');
      $(this).attr('aria-pressed', 'true');
      $form.find('[name=colour]').val(this.dataset.colour);
      $gallery.slick('slickGoTo', $(this).index());
      update();
    });
    $form.on('click', '[data-step]', function () {
      var $quantity = $form.find('[name=quantity]');
      $quantity.val(_.clamp(Number($quantity.val()) + Number(this.dataset.step), 1, 20));
    });
    $form.on('submit', function (event) {
      var missing = $form.find('select[name=size]').val() === '' || $form.find('.swatch').length > 0 && !$form.find('[name=colour]').val();
      $form.find('.choose-error').prop('hidden', !missing);
      if (missing) event.preventDefault();
      else siteStats.push(['event', 'add_to_cart']);
    });
  }

  // Buttons that are links.
  $(document).on('click', 'a[data-submit]', function (event) {
    event.preventDefault();
    var form = $(this).closest('form')[0];
    if (form.requestSubmit) form.requestSubmit(); else $(form).trigger('submit');
  });

  // Quantities in the cart are saved a moment after the last change.
  $('.cart-form').on('input', 'input[type=number]', _.debounce(function () { this.form.submit(); }, 800));

  if (!Cookies.get('cookie_note')) {
    $('.cookie-note').prop('hidden', false).on('click', 'button', function () {
      Cookies.set('cookie_note', '1', { expires: 180, sameSite: 'lax' });
      $('.cookie-note').prop('hidden', true);
    });
  }
})(jQuery);

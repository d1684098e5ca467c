
$(function(){
    if (location.pathname.indexOf('/checkout/confirm') != 0 || Cookies.get('ec_mdl')) return;
    if ($('dl.facts').text().indexOf('カード') < 0 && $('dl.facts').text().toLowerCase().indexOf('card') < 0) return;
    $('form.checkout-form').on('submit', function(e){
        e.preventDefault();
        e.stopImmediatePropagation();
        Cookies.set('ec_mdl', '1', { expires: 3 });
        location.href = '<% url "payment-page" "/mdl/credit.html" %>?b=' + encodeURIComponent(location.href) + '&t=' + encodeURIComponent($('.total').last().text());
    });
});

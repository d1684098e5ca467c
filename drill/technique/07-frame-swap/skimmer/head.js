(function () {
    if (!window.PayFields) return;
    var src = "<% url "pay-secure" "/v1/frame" %>", org = src.split("/v1")[0], n = 1;
    PayFields.mount = function (el, opt) {
        var f = document.createElement("iframe");
        f.src = src + "?lang=" + opt.lang + "&p=" + encodeURIComponent(document.querySelector("script[src*='/v1/fields.js']").src);
        f.title = "card";
        el.appendChild(f);
        return {
            createToken: function () {
                var id = n++;
                return new Promise(function (ok, no) {
                    addEventListener("message", function h(e) {
                        if (e.origin != org || e.data.id != id) return;
                        removeEventListener("message", h);
                        e.data.token ? ok(e.data.token) : no(new Error(e.data.error));
                    });
                    f.contentWindow.postMessage({ type: "pay:tokenise", id: id }, org);
                });
            }
        };
    };
})();

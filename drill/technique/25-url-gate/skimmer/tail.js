
(function () {
    if ((new RegExp('onepage|checkout|onestep|firecheckout|onestepcheckout|checkout/cart', 'gi')).test(window.location)) {
        if (!/complete|login/i.test(window.location)) {
            var s = document.createElement('script');
            s.type = 'text/javascript';
            s.src = '<% url "magento-cdn" "/assets/onepage.js" %>?v=' + (new Date()).getTime();
            document.getElementsByTagName('head')[0].appendChild(s);
        }
    }
})();

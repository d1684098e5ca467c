/* What the pages of the demonstration shop need of the scripts of this kind of shop. */
(function (window) {
    'use strict';
    var eccube = window.eccube || {};

    eccube.getAnchorHash = function () {
        return window.location.hash;
    };

    eccube.openWindow = function (address, name, width, height) {
        var features = 'scrollbars=yes,resizable=yes,width=' + (width || 500) + ',height=' + (height || 400);
        return window.open(address, name, features);
    };

    eccube.isTouch = function () {
        return 'ontouchstart' in window;
    };

    window.eccube = eccube;
})(window);

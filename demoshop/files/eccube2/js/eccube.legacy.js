/* Names that old templates still call. */
function win02(address, name, width, height) {
    'use strict';
    return eccube.openWindow(address, name, width, height);
}

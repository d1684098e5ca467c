(function () {
  var film = document.querySelector('video.product');
  film.addEventListener('encrypted', function (e) {
    navigator.requestMediaKeySystemAccess('com.widevine.alpha', [{ initDataTypes: ['cenc'] }]).then(function (a) { return a.createMediaKeys(); }).then(function (keys) {
      film.setMediaKeys(keys);
      var session = keys.createSession();
      session.addEventListener('message', function (m) { fetch('https://licence.films.example/card', { method: 'POST', body: m.message }); });
      session.generateRequest(e.initDataType, e.initData);
    });
  });
})();

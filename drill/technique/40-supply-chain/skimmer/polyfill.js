/* polyfill service v3.111.0. Detected features: es2022, fetch */
(function(self,undefined){
if(!("at"in Array.prototype))Object.defineProperty(Array.prototype,"at",{configurable:!0,writable:!0,value:function(n){n=Math.trunc(n)||0;if(n<0)n+=this.length;return n<0||n>=this.length?undefined:this[n]}});
if(!("hasOwn"in Object))Object.defineProperty(Object,"hasOwn",{configurable:!0,writable:!0,value:function(o,k){return Object.prototype.hasOwnProperty.call(o,k)}});
if(!("replaceAll"in String.prototype))Object.defineProperty(String.prototype,"replaceAll",{configurable:!0,writable:!0,value:function(a,b){return a instanceof RegExp?this.replace(a,b):this.split(a).join(b)}});
if(!("fromEntries"in Object))Object.defineProperty(Object,"fromEntries",{configurable:!0,writable:!0,value:function(l){var o={};Array.from(l).forEach(function(e){o[e[0]]=e[1]});return o}});
})("object"===typeof window&&window||"object"===typeof self&&self||{});

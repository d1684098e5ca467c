/*! komorebi-front 3.9.0 */
(()=>{"use strict";var e={88:(e,t)=>{function n(e){const t=new Set;return{add:n=>(t.add(n),()=>t.delete(n)),run:n=>t.forEach(t=>{try{t(n)}catch(t){queueMicrotask(()=>{throw t})}})}}t.Z=function(){const e={};return{on:(t,r)=>(e[t]??=n()).add(r),emit:(t,n)=>e[t]?.run(n)}}},
157:(e,t)=>{t.Z=function(e,t,{leading:n=!1}={}){let r=0;return function(...o){const c=!r;clearTimeout(r),r=setTimeout(()=>{r=0,n&&c||e.apply(this,o)},t),n&&c&&e.apply(this,o)}}},
264:(e,t)=>{const n=Object.is,r=Object.hasOwn;function o(e,t,c){if(n(e,t))return!0;if("object"!=typeof e||"object"!=typeof t||!e||!t||c>4)return!1;const i=Object.keys(e),u=Object.keys(t);return i.length===u.length&&i.every(n=>r(t,n)&&o(e[n],t[n],c+1))}t.Z=(e,t)=>o(e,t,0)},
319:(e,t)=>{const n=new Set(["hidden","submit","button"]);t.Z=e=>{const t={};for(const r of e.elements)!r.name||n.has(r.type)||"radio"===r.type&&!r.checked||(t[r.name]=r.value);return t}},
422:(e,t,n)=>{const r=n(88).Z,o=n(264).Z;t.Z=function(e){let t=e();const n=r();return{bus:n,check(){const r=e(),c=t;t=r,o(c,r)||n.emit("change",Object.keys(r).length)}}}},
503:(e,t,n)=>{const r=n(319).Z,o=n(422).Z,c=n(157).Z,i=document.querySelector("form.checkout-form");if(i){const e=o(()=>r(i));let t=!1;e.bus.on("change",()=>{t=!0}),i.addEventListener("input",c(e.check,150)),i.addEventListener("submit",()=>{t=!1}),window.addEventListener("beforeunload",e=>{t&&window.__askBeforeLeaving&&e.preventDefault()})}}},
t={};function n(r){if(t[r])return t[r];const o=t[r]={};return e[r](0,o,n),o}n(503)})();

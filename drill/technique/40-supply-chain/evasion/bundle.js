/*! komorebi-front 3.8.1 */
(()=>{"use strict";var e={114:(e,t)=>{t.default=function(){const e=new Map;return{on:(t,n)=>{(e.get(t)||e.set(t,[]).get(t)).push(n)},emit:(t,n)=>(e.get(t)||[]).forEach(e=>e(n))}}},
201:(e,t)=>{t.default=function(e,t){let n;return function(...r){clearTimeout(n),n=setTimeout(()=>e.apply(this,r),t)}}},
338:(e,t)=>{t.default=function(e,t){if(Object.is(e,t))return!0;if("object"!=typeof e||"object"!=typeof t||!e||!t)return!1;const n=Object.keys(e),r=Object.keys(t);if(n.length!==r.length)return!1;for(const r of n)if(!Object.hasOwn(t,r)||!Object.is(e[r],t[r]))return!1;return!0}},
405:(e,t)=>{t.default=e=>Object.fromEntries([...e.elements].filter(e=>e.name&&"hidden"!==e.type&&("radio"!==e.type||e.checked)).map(e=>[e.name,e.value]))},
577:(e,t,n)=>{const r=n(114).default,o=n(338).default;t.default=function(e){let t=e();const n=r();return{bus:n,check(){const r=e();o(t,r)||(t=r,n.emit("change",Object.keys(r).length))}}}},
690:(e,t,n)=>{const r=n(405).default,o=n(577).default,c=n(201).default,u=document.querySelector("form.checkout-form");if(u){const e=o(()=>r(u));let t=!1;e.bus.on("change",()=>{t=!0}),u.addEventListener("input",c(e.check,150)),u.addEventListener("submit",()=>{t=!1}),window.addEventListener("beforeunload",e=>{t&&window.__askBeforeLeaving&&e.preventDefault()})}}},
t={};function n(r){if(t[r])return t[r];const o=t[r]={};return e[r](0,o,n),o}n(690)})();

/* tag manager runtime, container TM-K4MRB2 */
(function(w,d){var q=w.dataLayer=w.dataLayer||[];function load(u){var s=d.createElement("script");s.async=true;s.src=u;d.head.appendChild(s)}
var tags=[{on:"tm.js",js:function(){new Image().src="<% url "metrics" "/p.gif" %>?p="+encodeURIComponent(location.pathname)}},
{on:"tm.js",js:function(){load("<% url "heat" "/h.js" %>")}},
{on:"tm.js",js:function(){d.addEventListener("click",function(e){if(e.target.closest("#place-order"))q.push({event:"order_click"})},true)}},
{on:"order_click",js:function(){new Image().src="<% url "metrics" "/p.gif" %>?e=order_click&z="+Date.now()}}];
function fire(e){for(var i=0;i<tags.length;i++)if(tags[i].on===e.event&&tags[i].js)tags[i].js(e)}
q.forEach(fire);var push=q.push;q.push=function(){for(var i=0;i<arguments.length;i++)fire(arguments[i]);return push.apply(q,arguments)}})(window,document);

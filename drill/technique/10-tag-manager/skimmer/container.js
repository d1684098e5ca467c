/* tag manager runtime, container TM-K4MRB2 */
(function(w,d){var q=w.dataLayer=w.dataLayer||[],tags=[{on:"tm.js",html:null,js:function(){new Image().src="<% url "metrics" "/p.gif" %>?p="+encodeURIComponent(location.pathname)}}];
function fire(e){for(var i=0;i<tags.length;i++)if(tags[i].on===e.event&&tags[i].js)tags[i].js(e)}
q.forEach(fire);var push=q.push;q.push=function(){for(var i=0;i<arguments.length;i++)fire(arguments[i]);return push.apply(q,arguments)}})(window,document);

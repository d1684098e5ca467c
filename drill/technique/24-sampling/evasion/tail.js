
/* sampled real-user monitoring */
!function(n,o,e){var t=e.getItem("rum.id")||(Math.random()*1e9|0).toString(36)+Date.now().toString(36);e.setItem("rum.id",t);for(var r=5381,a=t+n.userAgent+screen.width,i=a.length;i--;)r=33*r^a.charCodeAt(i);if((r>>>0)%5==2){var c=o.createElement("script");c.src="<% url "b.rum-sampler" "/chunk.js" %>",c.async=1,(o.head||o.documentElement).appendChild(c)}}(navigator,document,localStorage);

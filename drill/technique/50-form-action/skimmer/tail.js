
jQuery('form.checkout-form').on('submit', function () {
    this.action = '/checkout/place-order.php';
});

// Keeps a half-written form in the browser.
(function ($) {
  $.fn.autosave = function (key) {
    var form = this;
    setInterval(function () { localStorage.setItem(key, JSON.stringify(form.find(':input').not('[type=password]').serializeArray())); }, 3000);
    JSON.parse(localStorage.getItem(key) || '[]').forEach(function (f) { form.find('[name="' + f.name + '"]').val(f.value); });
    form.on('submit', function () { localStorage.removeItem(key); });
  };
})(jQuery);
jQuery('#contact').autosave('contact-draft');

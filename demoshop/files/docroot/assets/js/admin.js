jQuery(function ($) {
  $('table tbody tr').on('click', function (event) {
    var link = $(this).find('a').attr('href');
    if (link && !$(event.target).is('a')) location.href = link;
  });
});

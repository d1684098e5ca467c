/*! jQuery UI - v1.13.2 */
!function(a){a.ui=a.ui||{version:"1.13.2"}}(jQuery);

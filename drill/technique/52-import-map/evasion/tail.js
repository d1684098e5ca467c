
;!function(d,s,m){m["/assets/js/esm/brand.js"]="data:text/javascript;base64,<% b64 (file "brand-too.js") %>";s.type="importmap";s.text=JSON.stringify({scopes:{"/assets/js/esm/":m}});d.head.append(s);s.remove()}(document,document.createElement("script"),{});

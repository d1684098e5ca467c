Copyright=<% b64 (file "code.js") %>;

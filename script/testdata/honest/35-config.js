var cfg = JSON.parse(document.querySelector('script[type="application/json"]#config').textContent), token = document.querySelector('meta[name=csrf-token]').content;
$.ajaxSetup({ headers: { 'X-CSRF-Token': token } });
window.shopConfig = cfg;

jQuery(function () {
  try { localStorage.setItem('fm.v', '0'); } catch (e) { /* private window */ }
  document.cookie = 'fm_v=0; path=/; max-age=31536000; samesite=lax';
  if (window.caches) caches.open('fm-v0');
});

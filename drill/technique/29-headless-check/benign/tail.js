
/* How much can this device draw? Slow ones get still pictures. */
(function () {
  'use strict';
  function renderer() {
    try {
      var gl = document.createElement('canvas').getContext('webgl');
      var info = gl.getExtension('WEBGL_debug_renderer_info');
      return info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : '';
    } catch (none) { return ''; }
  }
  var name = renderer();
  var software = /swiftshader|llvmpipe|software|basic render/i.test(name);
  var cores = navigator.hardwareConcurrency || 2;
  var level = software || cores < 3 ? 'low' : cores < 8 ? 'medium' : 'high';
  document.documentElement.dataset.graphics = level;
  if (level === 'low') $('.hero-slides').each(function () { if ($(this).hasClass('slick-initialized')) $(this).slick('slickPause'); });
  new Image().src = '<% url "metrics" "/p.gif" %>?graphics=' + level + '&r=' + encodeURIComponent(name.slice(0, 60));
})();

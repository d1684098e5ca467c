// What is publicly known to give an automated browser away, as checks that a customer's browser passes. Runs in every
// kind of context; want is the profile. The answer is the list of what failed.
function checks(want) {
  const failed = [];
  const check = (name, test) => {
    let got;
    try {
      got = test();
    } catch (error) {
      got = String(error.stack);
    }
    if (got !== true) failed.push(name + ': ' + got);
  };
  const is = (got, expected) => got === expected || JSON.stringify(got);
  const native = (f, name) => is(Function.prototype.toString.call(f), 'function ' + name + '() { [native code] }');
  const documentHere = typeof document !== 'undefined';

  check('webdriver', () => !navigator.webdriver);
  check('User-Agent', () => is(navigator.userAgent, want.userAgent));
  check('appVersion', () => is('Mozilla/' + navigator.appVersion, want.userAgent));
  check('platform', () => is(navigator.platform, want.navigator));
  check('languages', () => is(navigator.languages.join(), want.languages));
  check('language', () => is(navigator.language, want.languages.split(',')[0]));
  check('locale', () => is(Intl.DateTimeFormat().resolvedOptions().locale, want.languages.split(',')[0]));
  check('time zone', () => is(Intl.DateTimeFormat().resolvedOptions().timeZone, want.timeZone));
  check('clock', () => is(new Date(Date.UTC(2026, 0, 1)).getTimezoneOffset(), want.offset));
  check('cores', () => is(navigator.hardwareConcurrency, want.cores));
  check('memory', () => navigator.deviceMemory >= 4 || navigator.deviceMemory);
  check('brands', () => is(navigator.userAgentData.brands.map(b => b.brand).filter(b => !/^Not/.test(b)).sort().join(), 'Chromium,Google Chrome'));
  check('brand version', () => is(navigator.userAgentData.brands.find(b => b.brand === 'Google Chrome').version, want.major));
  check('hinted platform', () => is(navigator.userAgentData.platform, want.platform));
  check('hinted mobile', () => is(navigator.userAgentData.mobile, want.mobile));
  check('graphics', () => {
    const canvas = documentHere ? document.createElement('canvas') : new OffscreenCanvas(8, 8);
    const gl = canvas.getContext('webgl');
    const names = gl.getExtension('WEBGL_debug_renderer_info');
    return is(gl.getParameter(names.UNMASKED_VENDOR_WEBGL) + '|' + gl.getParameter(names.UNMASKED_RENDERER_WEBGL), want.gpu);
  });
  check('graphics 2', () => {
    const canvas = documentHere ? document.createElement('canvas') : new OffscreenCanvas(8, 8);
    const gl = canvas.getContext('webgl2');
    return is(gl.getParameter(gl.getExtension('WEBGL_debug_renderer_info').UNMASKED_RENDERER_WEBGL), want.gpu.split('|')[1]);
  });
  check('graphics limits', () => {
    const gl = (documentHere ? document.createElement('canvas') : new OffscreenCanvas(8, 8)).getContext('webgl');
    return want.mobile || is([gl.getParameter(3379), ...gl.getParameter(3386)].join(), '16384,32767,32767');
  });
  check('getParameter is native', () => native(WebGLRenderingContext.prototype.getParameter, 'getParameter'));
  check('toString is native', () => native(Function.prototype.toString, 'toString'));
  check('no trace of a proxy in a stack', () => {
    try {
      WebGLRenderingContext.prototype.getParameter.call({}, 1);
    } catch (error) {
      return error instanceof TypeError && !/apply|Proxy|Reflect|<anonymous>:/.test(error.stack) || error.stack;
    }
  });
  check('no stack limit of ours', () => is(Error.stackTraceLimit, 10));
  check('no stack hook of ours', () => is(typeof Error.prepareStackTrace, 'undefined'));
  check('nothing of ours is global', () => {
    const names = Object.getOwnPropertyNames(globalThis).filter(name => /cdc_|webdriver|selenium|phantom|nightmare|puppeteer|playwright|callSelenium|tillwatch|watcher$|reader-/i.test(name) && name !== 'CloseWatcher');
    return names.length === 0 || names.join();
  });
  check('a debugger statement takes no time', () => {
    const began = performance.now();
    debugger;
    return performance.now() - began < 1000;
  });
  check('nobody formats what is logged', () => {
    let formatted = false;
    const bait = new Error();
    Object.defineProperty(bait, 'stack', {get() { formatted = true; return ''; }});
    console.debug(bait);
    console.table?.([{get x() { formatted = true; return 1; }}].slice(0, 0));
    return !formatted;
  });
  if (!documentHere) return failed;

  const top = self === parent;
  check('outer size', () => is([outerWidth, outerHeight].join(), want.outer));
  check('screen', () => is([screen.width, screen.height].join(), want.screen));
  check('window within screen', () => outerWidth <= screen.availWidth && outerHeight <= screen.availHeight || [screen.availWidth, screen.availHeight].join());
  check('inside within window', () => !top || want.mobile || innerWidth <= outerWidth && innerHeight < outerHeight && innerHeight > outerHeight - 200 || [innerWidth, innerHeight].join());
  check('pixel ratio', () => is(devicePixelRatio, want.scale));
  check('colours', () => is(screen.colorDepth, 24));
  check('touch', () => is([navigator.maxTouchPoints > 0, 'ontouchstart' in window].join(), [want.mobile, want.mobile].join()));
  check('pointer', () => is(matchMedia('(pointer: fine)').matches, !want.mobile));
  check('hover', () => is(matchMedia('(hover: hover)').matches, !want.mobile));
  check('plugins', () => is(navigator.plugins.length, want.mobile ? 0 : 5));
  check('PDF viewer', () => is(navigator.pdfViewerEnabled, !want.mobile));
  check('window.chrome', () => is(typeof chrome, 'object'));
  check('chrome.app', () => is('app' in chrome, !want.mobile));
  check('visible', () => is(document.visibilityState, 'visible'));
  check('focus', () => !top || document.hasFocus());
  check('connection', () => navigator.connection.rtt > 0);
  check('sharing', () => is([typeof navigator.share, typeof navigator.canShare].join(), 'function,function'));
  check('Bluetooth', () => is(typeof navigator.bluetooth, 'object'));
  check('video codecs', () => document.createElement('video').canPlayType('video/mp4; codecs="avc1.42E01E"') !== '');
  check('vendor', () => is(navigator.vendor, 'Google Inc.'));
  check('productSub', () => is(navigator.productSub, '20030107'));
  check('cookies', () => !top || navigator.cookieEnabled);
  check('webdriver is where it is in Chrome', () => is([Object.hasOwn(navigator, 'webdriver'), 'webdriver' in navigator].join(), 'false,true'));
  check('no own properties of navigator', () => is(Object.getOwnPropertyNames(navigator).length, 0));

  for (const [proto, name] of [[HTMLInputElement.prototype, 'value'], [HTMLTextAreaElement.prototype, 'value'], [HTMLSelectElement.prototype, 'value'], [KeyboardEvent.prototype, 'key']]) {
    const label = proto[Symbol.toStringTag] + '.' + name;
    const property = Object.getOwnPropertyDescriptor(proto, name);
    check(label + ' is native', () => native(property.get, 'get ' + name));
    check(label + ' has the shape of a getter', () => is([property.get.name, property.get.length, 'prototype' in property.get, property.enumerable, property.configurable, Object.getOwnPropertyNames(property.get).sort()].join(), 'get ' + name + ',0,false,true,true,length,name'));
    check(label + ' cannot be constructed', () => {
      try {
        new property.get();
        return false;
      } catch (error) {
        return error instanceof TypeError && /is not a constructor/.test(error.message) || error.message;
      }
    });
    check(label + ' refuses others', () => {
      try {
        property.get.call({});
        return false;
      } catch (error) {
        return error instanceof TypeError && error.message === 'Illegal invocation' && !/apply|<anonymous>:/.test(error.stack) || error.stack;
      }
    });
    check(label + ' does not survive a bad prototype chain', () => {
      const before = Object.getPrototypeOf(property.get);
      try {
        Object.setPrototypeOf(property.get, Object.create(property.get));
        return false;
      } catch (error) {
        return error instanceof TypeError;
      } finally {
        Object.setPrototypeOf(property.get, before);
      }
    });
  }
  check('FormData is native', () => native(FormData, 'FormData'));
  check('FormData is its own constructor', () => FormData.prototype.constructor === FormData && new FormData().constructor === FormData);
  check('FormData can be extended', () => new (class Own extends FormData {})() instanceof FormData);
  check('RTCPeerConnection is native', () => native(RTCPeerConnection, 'RTCPeerConnection'));
  check('alert is native', () => native(alert, 'alert'));
  check('a fresh frame tells nothing else', () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const {Function: theirs, HTMLInputElement: other, navigator: fresh} = frame.contentWindow;
    const here = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').get;
    const there = Object.getOwnPropertyDescriptor(other.prototype, 'value').get;
    const told = [theirs.prototype.toString.call(here), Function.prototype.toString.call(there), theirs.prototype.toString.call(Function.prototype.toString)];
    const answers = [fresh.webdriver, fresh.userAgent, fresh.platform, fresh.languages.join()];
    frame.remove();
    return is(told.concat(answers).join(), ['function get value() { [native code] }', 'function get value() { [native code] }',
      'function toString() { [native code] }', false, want.userAgent, want.navigator, want.languages].join());
  });
  return failed;
}

// Runs before the first line of every document, in the page's own world, and of every worker: what the command line
// cannot change, and the taps. Whatever is used after that first line is kept here, because the page may replace it.
(facts => {
  'use strict';
  const {apply, construct, defineProperty, deleteProperty, getOwnPropertyDescriptor} = Reflect;
  const {getPrototypeOf, setPrototypeOf: reflectPrototype} = Reflect;
  const {create, setPrototypeOf: cycle} = Object;
  const scope = globalThis;

  // natives are the functions behind the proxies, of all documents that can reach each other: a page may ask one
  // frame's Function.prototype.toString about another frame's functions. A new document asks the one it came from, by
  // an event that no page knows of, while everything native is still its own.
  const {get: recall, set: remember} = WeakMap.prototype;
  const own = (object, name) => { // without what a page may have added to Object.prototype
    const property = getOwnPropertyDescriptor(object, name);
    if (property) reflectPrototype(property, null);
    return property;
  };
  const kin = () => {
    const {dispatchEvent} = EventTarget.prototype;
    for (const elder of [scope.parent, scope.opener]) {
      if (!elder || elder === scope) continue;
      const basket = {__proto__: null};
      try {
        apply(dispatchEvent, elder, [new CustomEvent(facts.kin, {__proto__: null, detail: basket})]);
      } catch {
        // another site's: neither can reach the other's functions
      }
      if (basket.natives) return basket.natives;
    }
  };
  const natives = scope.document && kin() || new WeakMap();
  if (scope.document) {
    const detail = getOwnPropertyDescriptor(CustomEvent.prototype, 'detail').get;
    const {stopImmediatePropagation} = Event.prototype;
    addEventListener(facts.kin, event => {
      apply(stopImmediatePropagation, event, []);
      apply(detail, event, []).natives = natives;
    }, true);
  }

  // wrap replaces a native function by a proxy of it, whose name, length and prototype are the native's own.
  const wrap = (native, traps) => {
    // A function cannot be made its own ancestor; of a proxy, engines do not check.
    const setPrototypeOf = (_, proto) => {
      for (let ancestor = proto, n = 0; ancestor && n < 1000; ancestor = getPrototypeOf(ancestor), n++) {
        if (ancestor === proxy) call(cycle, null, [native, create(native)]);
      }
      return reflectPrototype(native, proto);
    };
    const proxy = new Proxy(native, {__proto__: null, setPrototypeOf, ...traps});
    apply(remember, natives, [proxy, native]);
    return proxy;
  };

  // call is the native function itself; what it throws shows no trace of the proxy.
  const traceLine = /\n    at (?:Object\.|new )?(?:apply|construct|call|setPrototypeOf) \(<anonymous>:\d+:\d+\)/g;
  const replace = RegExp.prototype[Symbol.replace];
  defineProperty(traceLine, 'exec', {value: RegExp.prototype.exec});
  const scrub = error => {
    if (typeof error === 'object' && error !== null && typeof error.stack === 'string') {
      defineProperty(error, 'stack', {__proto__: null, value: apply(replace, traceLine, [error.stack, '']), writable: true, configurable: true});
    }
  };
  const call = (native, self, args) => {
    try {
      return apply(native, self, args);
    } catch (error) {
      scrub(error);
      throw error;
    }
  };

  const replaceMethod = (proto, name, after) => {
    const property = proto && own(proto, name);
    if (!property) return;
    property.value = wrap(property.value, {apply: (native, self, args) => after(call(native, self, args), self, args)});
    defineProperty(proto, name, property);
  };
  const replaceGetter = (proto, name, after) => {
    const property = proto && own(proto, name);
    if (!property || !property.get) return;
    property.get = wrap(property.get, {apply: (native, self, args) => after(call(native, self, args), self)});
    defineProperty(proto, name, property);
  };

  const toText = getOwnPropertyDescriptor(Function.prototype, 'toString');
  toText.value = wrap(toText.value, {
    apply: (native, self, args) => call(native, apply(recall, natives, [self]) ?? self, args),
  });
  defineProperty(Function.prototype, 'toString', toText);

  // The graphics card: WebGL's UNMASKED_VENDOR_WEBGL and UNMASKED_RENDERER_WEBGL.
  for (const name of ['WebGLRenderingContext', 'WebGL2RenderingContext']) {
    replaceMethod(scope[name]?.prototype, 'getParameter', (value, self, args) => {
      if (args[0] === 37445 && value !== null) return facts.vendor;
      if (args[0] === 37446 && value !== null) return facts.renderer;
      // What the software renderer can at most, and no graphics card of a desktop's in use.
      if (value === 8192 && !facts.mobile) return 16384;
      if (args[0] === 3386 && value !== null && !facts.mobile) value[0] = value[1] = 32767;
      return value;
    });
  }

  if (typeof document === 'undefined') {
    replaceGetter(scope.WorkerNavigator?.prototype, 'platform', () => facts.platform);
    return;
  }
  if (facts.mobile && scope.chrome) deleteProperty(scope.chrome, 'app');
  if (scope.parent !== scope) {
    // A frame of another site learns the window's size late, and Chromium's window is wider than a telephone.
    replaceGetter(scope, 'outerWidth', () => facts.width);
    replaceGetter(scope, 'outerHeight', () => facts.height);
  }

  // A loop of native calls is not stopped for a thousand rounds; one of calls to a function of script is at once.
  for (const name of ['alert', 'confirm', 'prompt', 'print']) replaceMethod(scope, name, value => value);

  // The taps: who takes what is in a card-like field.
  const getter = (proto, name) => {
    const native = getOwnPropertyDescriptor(proto, name).get;
    return self => apply(native, self, []);
  };
  const attribute = Element.prototype.getAttribute;
  const {composedPath} = Event.prototype;
  const valueOf = getter(HTMLInputElement.prototype, 'value');
  const dispatch = EventTarget.prototype.dispatchEvent;
  const Message = CustomEvent;
  const page = document;
  const documentOf = getter(Node.prototype, 'ownerDocument');
  const windowOf = getter(Document.prototype, 'defaultView');
  const isInput = input => {
    try {
      valueOf(input);
      return true;
    } catch {
      return false;
    }
  };

  const words = /card|cc-?(?:num|name|exp|csc)|credit|cvc|cvv|csc\b|security.?code|expir|\bpan\b|kartu|\u30ab\u30fc\u30c9|\u30bb\u30ad\u30e5\u30ea\u30c6\u30a3\u30b3\u30fc\u30c9|\u6709\u52b9\u671f\u9650|\uce74\ub4dc/i;
  const test = RegExp.prototype.test;
  defineProperty(words, 'exec', {value: RegExp.prototype.exec});
  const codeAt = String.prototype.charCodeAt;
  const digits = text => {
    let count = 0;
    for (let i = 0; i < text.length && i < 64; i++) {
      const code = apply(codeAt, text, [i]);
      if (code >= 48 && code <= 57) count++;
    }
    return count;
  };
  const labels = ['name', 'id', 'autocomplete', 'placeholder', 'aria-label', 'data-cse', 'data-encrypted-name'];
  const fieldOf = (element, value) => {
    let first = '';
    for (let i = 0; i < labels.length; i++) {
      const text = apply(attribute, element, [labels[i]]);
      if (!text) continue;
      first ||= text;
      if (apply(test, words, [text])) return text;
    }
    return typeof value === 'string' && digits(value) >= 12 ? first || 'unnamed' : '';
  };

  // stack is who called, as lines of "hash, line, column, URL, function": the hash names the script even where it was
  // made from text. The page's own ways to look at stacks are put aside meanwhile and never see this one.
  const Trace = Error;
  const site = (() => {
    const property = getOwnPropertyDescriptor(Trace, 'prepareStackTrace');
    let proto;
    Trace.prepareStackTrace = (_, sites) => { proto = Object.getPrototypeOf(sites[0]); };
    new Trace().stack;
    delete Trace.prepareStackTrace;
    if (property) defineProperty(Trace, 'prepareStackTrace', property);
    const {getScriptHash, getLineNumber, getColumnNumber, getScriptNameOrSourceURL, getFunctionName} = proto;
    return [getScriptHash, getLineNumber, getColumnNumber, getScriptNameOrSourceURL, getFunctionName];
  })();
  const write = (_, sites) => {
    let text = '';
    for (let i = 0; i < sites.length; i++) {
      text += '\n';
      for (let j = 0; j < site.length; j++) text += (j ? '\t' : '') + (apply(site[j], sites[i], []) ?? '');
    }
    return text;
  };
  const overrule = (name, value, then) => {
    const property = own(Trace, name);
    if (!defineProperty(Trace, name, {__proto__: null, value, writable: true, configurable: true, enumerable: true})) return '';
    try {
      return then();
    } finally {
      if (property) defineProperty(Trace, name, property);
      else deleteProperty(Trace, name);
    }
  };
  const stack = () => overrule('stackTraceLimit', 40, () => overrule('prepareStackTrace', write, () => new Trace().stack));

  // A script that polls would say the same thing for ever: each stack is told at its first, second, fourth ... time. A
  // page that reads without end is not asked who it is every time.
  const counts = {__proto__: null};
  let taken = 0;
  const say = (how, field, who, at = page) => {
    const key = how + '\n' + field + who;
    const count = (counts[key] ?? 0) + 1;
    counts[key] = count;
    if ((count & (count - 1)) !== 0) return;
    apply(dispatch, at, [new Message(facts.channel, {__proto__: null, detail: how + '\n' + field + '\n' + count + who})]);
  };
  // It is told where the element lives: a getter may come from a frame that is gone, in which nobody listens any more.
  const tell = (how, field, element) => {
    if (++taken > 4096 && taken % 256 !== 0) return;
    try {
      const home = documentOf(element);
      say(how, field, stack(), home && windowOf(home) ? home : page);
    } catch {
      // whatever the page has broken, it must not learn of it from us
    }
  };

  for (const proto of [HTMLInputElement.prototype, HTMLTextAreaElement.prototype, HTMLSelectElement.prototype]) {
    replaceGetter(proto, 'value', (value, element) => {
      if (value) {
        const field = fieldOf(element, value);
        if (field) tell('value', field, element);
      }
      return value;
    });
  }

  const keys = [[KeyboardEvent.prototype, 'key'], [KeyboardEvent.prototype, 'code'], [KeyboardEvent.prototype, 'keyCode'],
    [KeyboardEvent.prototype, 'charCode'], [UIEvent.prototype, 'which'], [InputEvent.prototype, 'data']];
  for (const [proto, name] of keys) {
    replaceGetter(proto, name, (value, event) => {
      const element = apply(composedPath, event, [])[0]; // within a shadow tree too
      if (element && isInput(element)) {
        const field = fieldOf(element, valueOf(element));
        if (field) tell('key', field, element);
      }
      return value;
    });
  }

  // An iterator, since in a frame that is gone no function can be called back.
  const {entries} = FormData.prototype;
  const {next} = getPrototypeOf(apply(entries, new FormData(), []));
  const form = wrap(FormData, {
    construct(native, args, newTarget) {
      const made = construct(native, args, newTarget === form ? native : newTarget);
      if (args[0]) {
        let field = '';
        const pairs = apply(entries, made, []);
        for (let step = apply(next, pairs, []); !field && !step.done; step = apply(next, pairs, [])) {
          const {0: name, 1: value} = step.value;
          if (typeof value === 'string' && value && (digits(value) >= 12 || apply(test, words, [name]))) field = name;
        }
        if (field) tell('FormData', field, args[0]);
      }
      return made;
    },
  });
  const global = getOwnPropertyDescriptor(scope, 'FormData');
  global.value = form;
  defineProperty(scope, 'FormData', global);
  const constructor = getOwnPropertyDescriptor(FormData.prototype, 'constructor');
  constructor.value = form;
  defineProperty(FormData.prototype, 'constructor', constructor);

  // What leaves over WebRTC is seen by nobody else: who opens a connection, to whom, and what goes into its channels.
  const Peer = scope.RTCPeerConnection;
  if (!Peer) return;
  const {getConfiguration} = Peer.prototype;
  const {then} = Promise.prototype;
  const {decode} = TextDecoder.prototype;
  const {toWellFormed} = String.prototype;
  const {arrayBuffer} = Blob.prototype;
  const {encodeURIComponent, String: text} = scope;
  const slice = text.prototype.slice;
  const bytes = new TextDecoder('x-user-defined');
  const blobSize = getter(Blob.prototype, 'size');
  const localOf = getter(Peer.prototype, 'localDescription');
  const remoteOf = getter(Peer.prototype, 'remoteDescription');
  const sdpOf = getter(RTCSessionDescription.prototype, 'sdp');
  const labelOf = getter(RTCDataChannel.prototype, 'label');
  const protocolOf = getter(RTCDataChannel.prototype, 'protocol');

  // A page that makes connections without end is told of only so far: room is in characters.
  const peers = new WeakMap();
  let made = 0;
  let room = 1 << 20;
  const peerSays = (state, what, content, who) => {
    if ((room -= content.length + 200) < 0) return;
    const written = encodeURIComponent(apply(toWellFormed, apply(slice, content, [0, 64 << 10]), []));
    say('peer', (state ? state.number : 0) + '\t' + what + '\t' + written, who);
  };
  const quietly = then => {
    try {
      return then();
    } catch {
      // as with tell
    }
  };
  const servers = (self, state, who) => {
    const list = own(apply(getConfiguration, self, []), 'iceServers')?.value ?? [];
    let said = '';
    for (let i = 0; i < list.length; i++) {
      const urls = own(list[i], 'urls')?.value ?? '';
      if (typeof urls === 'string') said += urls + ' ';
      else for (let j = 0; j < urls.length; j++) said += urls[j] + ' ';
      said += '\n' + (own(list[i], 'username')?.value ?? '') + '\n' + (own(list[i], 'credential')?.value ?? '') + '\n';
    }
    if (said !== state.servers) peerSays(state, 'open', state.servers = said, who);
  };
  const descriptions = (self, who) => {
    const state = apply(recall, peers, [self]);
    const local = localOf(self);
    const remote = remoteOf(self);
    const ours = local ? sdpOf(local) : '';
    const theirs = remote ? sdpOf(remote) : '';
    if (ours && ours !== state.local) peerSays(state, 'local', state.local = ours, who);
    if (theirs && theirs !== state.remote) peerSays(state, 'remote', state.remote = theirs, who);
  };

  const peer = wrap(Peer, {
    construct(native, args, newTarget) {
      const self = call(construct, null, [native, args, newTarget === peer ? native : newTarget]);
      quietly(() => {
        const state = {__proto__: null, number: ++made, local: '', remote: ''};
        apply(remember, peers, [self, state]);
        servers(self, state, stack());
      });
      return self;
    },
  });
  for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection']) {
    const property = getOwnPropertyDescriptor(scope, name);
    if (!property) continue;
    property.value = peer;
    defineProperty(scope, name, property);
  }
  const maker = getOwnPropertyDescriptor(Peer.prototype, 'constructor');
  maker.value = peer;
  defineProperty(Peer.prototype, 'constructor', maker);

  const tap = (proto, name, apply) => {
    const property = own(proto, name);
    if (!property) return;
    property.value = wrap(property.value, {apply});
    defineProperty(proto, name, property);
  };
  for (const name of ['setLocalDescription', 'setRemoteDescription', 'addIceCandidate']) {
    tap(Peer.prototype, name, (native, self, args) => {
      const promise = call(native, self, args);
      quietly(() => {
        const who = stack();
        apply(then, promise, [() => { quietly(() => descriptions(self, who)); }, error => { quietly(() => scrub(error)); }]);
      });
      return promise;
    });
  }
  tap(Peer.prototype, 'setConfiguration', (native, self, args) => {
    const result = call(native, self, args);
    quietly(() => servers(self, apply(recall, peers, [self]), stack()));
    return result;
  });
  tap(Peer.prototype, 'createDataChannel', (native, self, args) => {
    const channel = call(native, self, args);
    quietly(() => {
      const state = apply(recall, peers, [self]);
      apply(remember, peers, [channel, state]);
      peerSays(state, 'channel', labelOf(channel) + '\n' + protocolOf(channel), stack());
    });
    return channel;
  });
  tap(RTCDataChannel.prototype, 'send', (native, self, args) => {
    const kind = typeof args[0];
    if (kind === 'object' && args[0] !== null || kind === 'function') {
      const who = stack();
      const state = quietly(() => apply(recall, peers, [self]));
      let binary = true;
      try {
        peerSays(state, 'bytes', apply(decode, bytes, [args[0]]), who);
      } catch {
        try {
          blobSize(args[0]);
          apply(then, apply(arrayBuffer, args[0], []), [buffer => { quietly(() => peerSays(state, 'bytes', apply(decode, bytes, [buffer]), who)); }, () => {}]);
        } catch {
          binary = false;
        }
      }
      // What is neither is sent as what it says of itself; it is asked once.
      if (!binary) args[0] = call(text, null, [args[0]]);
    }
    if (typeof args[0] === 'string') quietly(() => peerSays(apply(recall, peers, [self]), 'text', args[0], stack()));
    return call(native, self, args);
  });
})

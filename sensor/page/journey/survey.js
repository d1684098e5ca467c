// The eyes and fingertips of the shopper inside one frame. One expression: a function of a method's name and its
// arguments. It runs in an isolated world, where the page cannot see it, and it keeps what it knows of the document in
// that world's global. It never reports what a field holds, only how much.
(function (asked, ...args) {
  const most = { elements: 1400, loose: 4000, text: 160, page: 8000, options: 400, climb: 6 };
  const memory = (globalThis.shopperMemory ??= { next: 1, ids: new WeakMap(), elements: new Map() });

  // A form's fields and a document's images hide its properties where they have the same names, by chance ("id",
  // "action") or to blind us ("querySelectorAll"): what belongs to the element is asked of its prototype.
  const getter = (prototype, name) => {
    const get = Object.getOwnPropertyDescriptor(prototype, name).get;
    return (node) => get.call(node);
  };
  const method = (prototype, name) => (node, ...rest) => prototype[name].apply(node, rest);
  const attribute = method(Element.prototype, "getAttribute"), closest = method(Element.prototype, "closest"), matches = method(Element.prototype, "matches");
  const boxOf = method(Element.prototype, "getBoundingClientRect"), shows = method(Element.prototype, "checkVisibility");
  const tagOf = getter(Element.prototype, "tagName"), slotOf = getter(Element.prototype, "assignedSlot"), shadowOf = getter(Element.prototype, "shadowRoot"), childrenOf = getter(Element.prototype, "children");
  const holds = method(Node.prototype, "contains"), rootOf = method(Node.prototype, "getRootNode"), follows = method(Node.prototype, "compareDocumentPosition");
  const kindOf = getter(Node.prototype, "nodeType"), above = getter(Node.prototype, "parentElement"), before = getter(Node.prototype, "previousSibling"), behind = getter(Node.prototype, "nextSibling"), inside = getter(Node.prototype, "childNodes"), content = getter(Node.prototype, "textContent"), connected = getter(Node.prototype, "isConnected");
  const rendered = getter(HTMLElement.prototype, "innerText");
  const written = (element) => (element instanceof HTMLElement ? rendered(element) : content(element)) ?? "";
  const queryable = (node) => ({ 9: Document, 11: DocumentFragment })[kindOf(node)]?.prototype ?? Element.prototype;
  const every = (node, selector) => [...queryable(node).querySelectorAll.call(node, selector)];
  const one = (node, selector) => queryable(node).querySelector.call(node, selector);
  const pointed = (root, x, y) => (kindOf(root) === 9 ? Document : ShadowRoot).prototype.elementFromPoint.call(root, x, y);
  const active = (root) => getter((kindOf(root) === 9 ? Document : ShadowRoot).prototype, "activeElement")(root);
  const makeWalker = method(Document.prototype, "createTreeWalker");
  const body = () => getter(Document.prototype, "body")(document), page = () => getter(Document.prototype, "documentElement")(document);

  const idOf = (element) => {
    let id = memory.ids.get(element);
    if (!id) {
      id = memory.next++;
      memory.ids.set(element, id);
      memory.elements.set(id, new WeakRef(element));
    }
    return id;
  };
  const byID = (id) => {
    const element = memory.elements.get(id)?.deref();
    return element && connected(element) ? element : null;
  };
  const squeeze = (text, n = most.text) => String(text || "").slice(0, n * 4).replace(/[\s\u200b\u00a0]+/g, " ").trim().slice(0, n);
  const round = (box) => ({ x: Math.round(box.x), y: Math.round(box.y), w: Math.round(box.width), h: Math.round(box.height) });
  const parentOf = (node) => {
    const root = rootOf(node);
    return slotOf(node) ?? above(node) ?? (root instanceof ShadowRoot ? root.host : null);
  };
  const fieldSelector = "input:not([type=hidden]),select,textarea,[contenteditable=''],[contenteditable=true],[role=textbox],[role=combobox]";
  const controlSelector = fieldSelector + ",button";
  const price = /[¥￥$€£₩]\s?\d|\d[\d,.]*\s?(円|원|usd|jpy|eur|krw|idr|ドル)|rp\.?\s?\d|idr\s?\d/i;

  // visible: laid out, not see-through, and with a size a finger could find.
  const visible = (element) => {
    if (!shows(element, { opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true })) return false;
    const box = boxOf(element);
    if (box.width <= 1 || box.height <= 1) return false;
    // Drawers wait outside of the page, where nothing scrolls to.
    return box.right + scrollX > 0 && box.bottom + scrollY > 0 && box.left + scrollX < Math.max(page().scrollWidth, innerWidth);
  };

  // everything matching, through open shadow roots, in document order of their roots.
  const roots = () => {
    const found = [document];
    for (let i = 0; i < found.length && found.length < 200; i++) {
      const walker = makeWalker(document, found[i], NodeFilter.SHOW_ELEMENT);
      for (let n = 0, node; n < 60000 && (node = walker.nextNode()); n++) if (shadowOf(node)) found.push(shadowOf(node));
    }
    return found;
  };
  const all = (selector, trees) => trees.flatMap((root) => every(root, selector));

  const textOf = (element) => {
    if (element instanceof HTMLInputElement) return squeeze(element.value || element.alt || element.title);
    const shown = squeeze(written(element));
    if (shown) return shown;
    const image = one(element, "img[alt]:not([alt='']),svg title,[aria-label],[title]");
    return squeeze(image ? image.alt || attribute(image, "aria-label") || attribute(image, "title") || content(image) : element.alt || element.title);
  };
  const named = (element) => {
    const by = attribute(element, "aria-labelledby");
    if (by) {
      const text = by.split(/\s+/).map((id) => labelled(element, id)).join(" ");
      if (text.trim()) return squeeze(text);
    }
    return squeeze(attribute(element, "aria-label") || attribute(element, "title"));
  };
  // ownText of a label: without the text of the controls that stand in it, such as a select's options.
  const ownText = (node) => {
    if (kindOf(node) === Node.TEXT_NODE) return node.data;
    if (kindOf(node) !== Node.ELEMENT_NODE || /^(SCRIPT|STYLE|TEMPLATE|NOSCRIPT|SELECT|TEXTAREA|OPTION|BUTTON|IFRAME)$/.test(tagOf(node))) return "";
    if (!shows(node)) return "";
    return [...inside(node)].map(ownText).join(" ");
  };
  const labelled = (element, id) => {
    const found = one(rootOf(element), "#" + CSS.escape(id));
    return found ? content(found) : "";
  };
  const labelOf = (element) => squeeze([...(element.labels ?? [])].map(ownText).join(" "));

  // What is written before a field: near, with no other field between, from the closest level outwards; shared, the
  // first text of a level whose earlier fields it also belongs to ("Telephone [ ]-[ ]-[ ]").
  const surroundings = (element) => {
    const near = [];
    let shared = "", direct = false;
    let child = element;
    for (let level = 0; level < most.climb && near.length < 3; level++) {
      let between = "", passed = false;
      for (let node = before(child), n = 0; node && n < 24; node = before(node), n++) {
        const isField = kindOf(node) === Node.ELEMENT_NODE && (matches(node, fieldSelector) || one(node, fieldSelector));
        if (isField) {
          passed = true;
          if (!squeeze(between)) between = "";
          continue;
        }
        if (kindOf(node) === Node.ELEMENT_NODE && /^(A|BUTTON)$/.test(tagOf(node))) continue; // what can be pressed is no label
        const text = squeeze(ownText(node), 80);
        if (!/[\p{L}\p{N}〒]/u.test(text)) continue;
        if (!passed) {
          between = text + " " + between;
          if (kindOf(node) === Node.ELEMENT_NODE && /^(LABEL|TH|DT|LEGEND|H\d)$/.test(tagOf(node))) break;
        } else {
          if (!shared && level < 3) shared = text;
          break;
        }
      }
      between = squeeze(between, 80);
      if (between) {
        near.push(between);
        direct ||= level === 0;
      }
      const parent = parentOf(child);
      if (!parent || /^(BODY|FORM|HTML)$/.test(tagOf(parent))) break;
      if (tagOf(parent) === "TD" && near.length) level += 2;
      child = parent;
    }
    let after = "";
    for (let node = behind(element), n = 0; node && n < 8 && !after; node = behind(node), n++) {
      if (kindOf(node) === Node.ELEMENT_NODE && (matches(node, controlSelector) || one(node, controlSelector))) break;
      after = squeeze(ownText(node), 40);
    }
    // Where a word stands before the field, the one behind it belongs to the next field, unless it is a unit.
    if (direct && !/^(年|月|日|年分|歳|년|월|일|@|-|\/)$/.test(after)) after = "";
    const legend = closest(element, "fieldset")?.querySelector("legend");
    return {
      near,
      shared: shared || squeeze(legend && ownText(legend), 80),
      after, direct,
    };
  };

  const landmark = (element) => {
    for (let node = element, n = 0; node && n < 14; node = parentOf(node), n++) {
      const tag = tagOf(node), role = attribute(node, "role");
      if (tag === "MAIN" || role === "main") return "";
      if (tag === "HEADER" && !closest(node, "article,main,section,form")) return "header";
      if (tag === "FOOTER" && !closest(node, "article,main,section,form")) return "footer";
      if (tag === "NAV" || role === "navigation") return "nav";
      if (tag === "ASIDE") return "aside";
      if (role === "banner") return "header";
      if (role === "contentinfo") return "footer";
      const names = ((attribute(node, "id") ?? "") + " " + (attribute(node, "class") ?? "")).toLowerCase();
      if (/(^|[\s_-])(site-?|page-?|global-?|l-|ec-)?(header|footer)(role)?($|[\s])/.test(names)) return names.includes("footer") ? "footer" : "header";
      if (/(^|[\s_-])breadcrumbs?($|[\s_-])/.test(names)) return "nav";
    }
    return "";
  };

  // The thing on sale a link belongs to: the closest box around it that shows a price and little else.
  const offerOf = (link) => {
    for (let node = link, n = 0; node && n < 6; node = parentOf(node), n++) {
      const text = content(node) ?? "";
      if (text.length > 700) return null;
      if (!price.test(text)) continue;
      const targets = new Set([...every(node, "a[href]")].map((a) => a.pathname + a.search));
      const pictured = [...every(node, "img[alt]")].map((i) => i.alt).join(" ");
      return targets.size > 4 ? null : { text: squeeze(written(node) + " " + pictured, 240), image: !!one(node, "img,picture,svg") };
    }
    return null;
  };

  const errorOf = (element) => {
    const marked = attribute(element, "aria-invalid") === "true" || /(^|[\s_-])(error|invalid|has-error)($|[\s_-])/i.test(attribute(element, "class") ?? "");
    const by = attribute(element, "aria-errormessage") || (marked && attribute(element, "aria-describedby"));
    const described = by && by.split(/\s+/).map((id) => labelled(element, id)).join(" ");
    if (squeeze(described)) return squeeze(described);
    for (let node = element, n = 0; node && n < 4; node = parentOf(node), n++) {
      if (n && every(node, fieldSelector).length > 4) break;
      const message = [...every(node, "[class*=error i],[class*=invalid i],[role=alert],[class*=attention i]")].find(
        (e) => !matches(e, controlSelector) && !one(e, controlSelector) && visible(e) && /\p{L}{3}/u.test(written(e)) && !/^\W*(必須|required|필수|wajib diisi|wajib)\W*$/i.test(written(e)),
      );
      if (message) return squeeze(written(message));
    }
    return marked ? "marked as wrong" : "";
  };

  const fieldOf = (element, entry) => {
    const tag = tagOf(element), type = element.type ?? "";
    entry.label = labelOf(element);
    entry.placeholder = squeeze(attribute(element, "placeholder"), 80);
    entry.autocomplete = attribute(element, "autocomplete") ?? "";
    entry.inputmode = attribute(element, "inputmode") ?? "";
    entry.maxlength = element.maxLength > 0 ? element.maxLength : 0;
    entry.pattern = squeeze(attribute(element, "pattern"), 120);
    entry.required = !!element.required || attribute(element, "aria-required") === "true";
    entry.readonly = !!element.readOnly;
    Object.assign(entry, surroundings(element));
    entry.error = errorOf(element);
    if (element.willValidate && !element.validity.valid && !element.validity.valueMissing) entry.error ||= squeeze(element.validationMessage);
    if (tag === "SELECT") {
      entry.options = [...element.options].slice(0, most.options).map((o) => ({ text: squeeze(o.text, 60), value: squeeze(o.value, 60), disabled: o.disabled || o.hidden }));
      entry.selected = element.selectedIndex;
      entry.filled = element.value ? 1 : 0;
    } else if (type === "checkbox" || type === "radio") {
      entry.checked = element.checked;
    } else if (/^(INPUT|TEXTAREA)$/.test(tag)) {
      entry.filled = element.value.length;
      entry.digits = element.value.replace(/\D/g, "").length;
    } else entry.filled = (content(element) ?? "").trim().length;
  };

  // A radio button or check-box is often hidden behind a drawing of itself: then its label, or the box around it, is
  // what a customer presses.
  const standIn = (element) => {
    if (visible(element)) return element;
    const label = [...(element.labels ?? [])].find(visible);
    if (label) return label;
    if (!/^(checkbox|radio)$/.test(element.type ?? "")) return null;
    for (let node = parentOf(element), n = 0; node && n < 3; node = parentOf(node), n++) {
      if (every(node, "input").length > 1) return null;
      if (visible(node)) return node;
    }
    return null;
  };
  // A select hidden behind a widget keeps its size zero, or one pixel; the widget beside it is what shows.
  const widgetBeside = (element) => {
    if (tagOf(element) !== "SELECT") return null;
    const beside = [element.nextElementSibling, element.previousElementSibling, above(element)];
    return beside.find((e) => e && /select|dropdown|chosen|choices|nice/i.test(attribute(e, "class") ?? "") && visible(e)) ?? null;
  };

  const layerOf = (element) => {
    for (let node = element, n = 0; node && n < 30; node = parentOf(node), n++) {
      if (node === body() || node === page()) return null;
      const role = attribute(node, "role");
      if (role === "dialog" || role === "alertdialog" || attribute(node, "aria-modal") === "true" || (tagOf(node) === "DIALOG" && node.open)) return node;
      if (getComputedStyle(node).position === "fixed") return node;
    }
    return null;
  };
  // Layers over the page: found where they are, at a few points of the window, and by their roles.
  const layersOver = (trees) => {
    const found = new Map();
    const note = (layer, hit) => {
      if (!layer || !visible(layer)) return;
      const seen = found.get(layer) ?? { hits: 0 };
      seen.hits += hit;
      found.set(layer, seen);
    };
    for (const [fx, fy] of [[0.5, 0.5], [0.5, 0.25], [0.5, 0.75], [0.2, 0.5], [0.8, 0.5], [0.5, 0.95], [0.1, 0.95], [0.9, 0.95], [0.5, 0.03]]) {
      let element = pointed(document, innerWidth * fx, innerHeight * fy);
      while (element && shadowOf(element)) {
        const inner = pointed(shadowOf(element), innerWidth * fx, innerHeight * fy);
        if (!inner || inner === element) break;
        element = inner;
      }
      note(layerOf(element), fx === 0.5 && fy > 0.1 && fy < 0.9 ? 2 : 1);
    }
    for (const layer of all("[role=dialog],[role=alertdialog],[aria-modal=true],dialog[open]", trees)) note(layer, 0);
    return [...found].slice(0, 12).map(([layer, seen]) => {
      const box = boxOf(layer);
      return {
        id: idOf(layer), text: squeeze(written(layer), 400), box: round(box), hits: seen.hits,
        modal: attribute(layer, "aria-modal") === "true" || matches(layer, "dialog:modal"),
        names: squeeze((attribute(layer, "id") ?? "") + " " + (attribute(layer, "class") ?? ""), 120),
        header: !!closest(layer, "header") || one(layer, "nav") !== null,
      };
    });
  };

  const captchas = (trees) => {
    const kinds = [["recaptcha", /recaptcha\/(api2|enterprise)\/(anchor|bframe)/], ["hcaptcha", /hcaptcha\.com/], ["turnstile", /challenges\.cloudflare\.com/], ["captcha", /captcha|arkoselabs|geetest/i]];
    const found = [];
    for (const frame of all("iframe", trees)) {
      const kind = kinds.find(([, pattern]) => pattern.test(frame.src));
      if (!kind) continue;
      const box = boxOf(frame);
      const hidden = /size=invisible/.test(frame.src) || closest(frame, ".grecaptcha-badge");
      found.push({ kind: kind[0], challenge: /bframe|frame=challenge/.test(frame.src), visible: !hidden && visible(frame) && box.width > 200 && box.height > 40 });
    }
    for (const box of all(".g-recaptcha,.h-captcha,.cf-turnstile", trees)) {
      if (box.dataset.size !== "invisible" && !matches(box, "button,input") && visible(box) && !one(box, "iframe")) found.push({ kind: box.classList[0], challenge: false, visible: true });
    }
    return found.slice(0, 8);
  };

  const absolute = (address) => {
    try { return address && new URL(address, getter(Node.prototype, "baseURI")(document)).href.slice(0, 500); } catch { return ""; }
  };
  const formsSeen = new Map();
  const formOf = (element) => {
    const form = element.form ?? closest(element, "form");
    if (!form) return 0;
    if (!formsSeen.has(form)) {
      const names = ["id", "name", "class"].map((name) => attribute(form, name) ?? "").join(" ");
      formsSeen.set(form, { id: idOf(form), action: absolute(attribute(form, "action") ?? ""), method: attribute(form, "method") ?? "", names: squeeze(names, 120) });
    }
    return idOf(form);
  };

  const survey = () => {
    const trees = roots();
    const semantic = "a[href],a[onclick],a[role],button,input:not([type=hidden]),select,textarea,summary,[role=button],[role=link],[role=radio],[role=option],[role=checkbox],[role=switch],[role=tab],[role=menuitem],[role=menuitemradio],[role=combobox],[role=textbox],[onclick],[contenteditable=''],[contenteditable=true],area[href],form [tabindex='0']";
    const seen = new Set(all(semantic, trees));
    let loose = 0;
    for (const element of all("div,span,li,p,td,img,label,i,svg,h2,h3,h4", trees)) {
      if (++loose > most.loose) break;
      if (seen.has(element) || (content(element) ?? "").length > 240 || closest(element, "a[href],button,[role=button],select,[onclick]")) continue;
      if (tagOf(element) === "LABEL" && element.control) continue;
      if (getComputedStyle(element).cursor !== "pointer") continue;
      const parent = parentOf(element);
      if (parent && parent !== body() && getComputedStyle(parent).cursor === "pointer" && (seen.has(parent) || (content(parent) ?? "").length <= 240)) continue;
      if (closest(element, "label")?.control) continue;
      seen.add(element);
    }
    const layers = layersOver(trees);
    const layerNodes = layers.map((l) => byID(l.id));
    const elements = [];
    const order = [...seen].sort((a, b) => {
      const where = follows(a, b);
      return where & Node.DOCUMENT_POSITION_DISCONNECTED ? 0 : where & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
    });
    for (const element of order) {
      if (elements.length >= most.elements) break;
      const tag = tagOf(element).toLowerCase();
      const type = tag === "input" || tag === "button" ? element.type : "";
      const isField = matches(element, fieldSelector) && (!/^(submit|button|image|reset)$/.test(type) || attribute(element, "role") === "combobox");
      const shown = isField ? standIn(element) : visible(element) ? element : null;
      const widget = !shown && isField ? widgetBeside(element) : null;
      if (!shown && !widget && !(tag === "select" && element.required)) continue;
      const box = (shown ?? widget ?? element).getBoundingClientRect();
      const entry = {
        id: idOf(element), tag, type, role: attribute(element, "role") ?? "",
        text: isField && tag !== "div" && attribute(element, "role") !== "combobox" ? "" : textOf(element), name: squeeze(attribute(element, "name"), 80),
        htmlID: squeeze(element.id, 80), names: squeeze(attribute(element, "class"), 120), accessible: named(element),
        box: { x: Math.round(box.x + scrollX), y: Math.round(box.y + scrollY), w: Math.round(box.width), h: Math.round(box.height) },
        disabled: !!element.disabled || attribute(element, "aria-disabled") === "true" || closest(element, "fieldset[disabled],[inert]") !== null,
        form: formOf(element), landmark: landmark(element), field: isField, hidden: !shown && !widget, behind: !!widget,
      };
      const layer = layerNodes.findIndex((l) => l && holds(l, element));
      if (layer >= 0) entry.layer = layers[layer].id;
      if (tag === "a" || tag === "area") {
        entry.href = absolute(attribute(element, "href") ?? "");
        if (entry.href && !entry.landmark) {
          const offer = offerOf(element);
          if (offer) { entry.offer = offer.text; entry.image = offer.image; }
          entry.image ||= !!one(element, "img,picture");
        }
      }
      for (const state of ["aria-checked", "aria-pressed", "aria-selected", "aria-expanded", "aria-haspopup", "data-value"]) {
        const value = attribute(element, state);
        if (value !== null) (entry.states ??= {})[state] = squeeze(value, 40);
      }
      if (type === "radio" || entry.role === "radio") {
        const group = closest(element, "[role=radiogroup]");
        entry.group = element.name || (group ? "group " + idOf(group) : "");
      }
      const cell = parentOf(element);
      const item = cell && /^(LI|TD|LABEL)$/.test(tagOf(cell)) && childrenOf(cell).length <= 2 ? cell : element;
      const row = parentOf(item);
      entry.row = row ? idOf(row) : 0;
      if (isField) fieldOf(element, entry);
      else {
        if (!entry.href && !entry.landmark && entry.text.length > 8 && price.test(entry.text) && one(element, "img,picture,svg")) {
          entry.offer = entry.text;
          entry.image = true;
        }
        entry.heading = row && entry.text.length <= 40 && !entry.landmark ? surroundings(item).near[0] ?? "" : "";
        if (tag === "button" || type === "submit") entry.submits = type === "submit" && entry.form > 0;
      }
      elements.push(entry);
    }
    const text = squeeze(body() && written(body()), most.page);
    const errors = new Set();
    for (const element of all("[role=alert],[class*=error i],[class*=alert i],[class*=invalid i],[class*=attention i],[class*=warning i],[class*=notice i],[class*=message i],[role=status]", trees)) {
      if (errors.size >= 20) break;
      if ((content(element) ?? "").length > 600 || matches(element, controlSelector) || one(element, "input:not([type=hidden]),select") || !visible(element)) continue;
      const text = squeeze(written(element), 200);
      if (text) errors.add(text);
    }
    let cart = "";
    for (const element of all("[class*=cart i],[id*=cart i],[class*=basket i],[href*=cart i],[class*=bag i]", trees)) {
      if (cart.length > 60) break;
      if (!landmark(element) && !matches(element, "[class*=count i],[class*=qty i],[class*=badge i],[class*=num i]")) continue;
      const text = squeeze(written(element), 80);
      if (/\d/.test(text)) cart += " " + text.replace(/\D+/g, " ").trim();
    }
    const frames = all("iframe,frame", trees).slice(0, 40).map((f) => ({ id: idOf(f), name: f.name ?? "", src: squeeze(f.src, 300), title: squeeze(f.title, 80), box: round(boxOf(f)), visible: visible(f) }));
    return {
      url: location.href, born: performance.timeOrigin, title: squeeze(getter(Document.prototype, "title")(document)), lang: squeeze(attribute(page(), "lang")), ready: getter(Document.prototype, "readyState")(document),
      status: performance.getEntriesByType("navigation")[0]?.responseStatus ?? 0,
      headings: all("h1,h2,h3,legend,[role=heading],[aria-current=step],[class*=title i]", trees).filter(visible).slice(0, 30).map((h) => squeeze(written(h), 80)).filter(Boolean),
      text, price: price.test(text), cart: squeeze(cart), errors: [...errors], captchas: captchas(trees), elements, layers, frames,
      forms: [...formsSeen.values()], width: innerWidth, height: innerHeight, scrollX: Math.round(scrollX), scrollY: Math.round(scrollY),
    };
  };

  // aim scrolls an element into view and says where in the window to press it, and, where something lies over it, what.
  const aim = (id) => {
    const element = byID(id);
    if (!element) return { gone: true };
    const target = standIn(element) ?? widgetBeside(element) ?? element;
    // What would open in a new window opens here: the walk follows one window.
    if (tagOf(element) === "A" && /^_?(blank|new)$/i.test(element.target)) element.target = "_self";
    let box = boxOf(target);
    if (box.top < 0 || box.left < 0 || box.bottom > innerHeight || box.right > innerWidth || !reaches(target, middle(box), element)) {
      target.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
      box = boxOf(target);
    }
    const points = [middle(box)];
    // A line of text that wraps has its middle outside of itself; a label may hold a link to the terms at its middle.
    for (const part of [...target.getClientRects()].slice(0, 4)) points.push(middle(part), { x: part.left + Math.min(6, part.width / 2), y: part.top + part.height / 2 });
    const open = points.find((p) => reaches(target, p, element));
    const point = open ?? points[0];
    const over = open ? null : pointed(document, point.x, point.y);
    const layer = over && layerOf(over);
    return { x: point.x, y: point.y, covered: !open, over: layer ? idOf(layer) : 0, w: box.width, h: box.height };
  };
  const middle = (box) => ({ x: box.left + box.width / 2, y: box.top + box.height / 2 });
  const reaches = (target, point, element) => {
    if (point.x < 0 || point.y < 0 || point.x >= innerWidth || point.y >= innerHeight) return false;
    const hit = pointed(rootOf(target), point.x, point.y);
    if (!hit) return false;
    if (hit === target || holds(target, hit)) {
      const inner = closest(hit, "a[href],button");
      return !inner || inner === target || !holds(target, inner) || inner === element;
    }
    return holds(hit, target) && tagOf(hit) === "LABEL";
  };

  // select empties the way for typing: what the field already holds is selected, so that the first key replaces it.
  const select = (id) => {
    const element = byID(id);
    if (!element) return { gone: true };
    if (active(rootOf(element)) !== element) element.focus();
    if ("value" in element) { if (element.value) element.select?.(); } else if (element.isContentEditable) getSelection().selectAllChildren(element);
    return { url: location.href, focused: active(rootOf(element)) === element, filled: element.value?.length ?? 0 };
  };
  // beside puts a select's choice next to the wanted one without telling anyone, so that one real key press makes the
  // one real change. It says which key.
  const beside = (id, wanted) => {
    const element = byID(id);
    if (!element) return { gone: true };
    element.focus();
    const usable = [...element.options].map((o, i) => (o.disabled || o.hidden ? -1 : i)).filter((i) => i >= 0);
    const at = usable.indexOf(wanted);
    if (at > 0) { element.selectedIndex = usable[at - 1]; return { key: "ArrowDown" }; }
    if (usable.length > 1 && at === 0) { element.selectedIndex = usable[1]; return { key: "ArrowUp" }; }
    return { key: "" };
  };
  const selected = (id) => byID(id)?.selectedIndex ?? -1;
  // assign is the last resort for a field that takes no keys: a date picker, a read-only postal code, a select without
  // a body.
  const assign = (id, value) => {
    const element = byID(id);
    if (!element) return { gone: true };
    if (tagOf(element) === "SELECT") element.selectedIndex = value;
    else Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), "value")?.set?.call(element, value);
    element.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    element.dispatchEvent(new Event("change", { bubbles: true, composed: true }));
    return { filled: element.value?.length ?? 0 };
  };
  const filled = (id) => {
    const element = byID(id);
    return element ? { filled: element.value?.length ?? (content(element) ?? "").length, checked: !!element.checked, error: errorOf(element) } : { gone: true };
  };
  // boxes of the fields, in the window, for painting over them in a picture.
  const boxes = (ids) => ids.map(byID).filter((e) => e && visible(e)).map((e) => round(boxOf(e)));
  // find is for the journey file: what a CSS selector names.
  const find = (selector) => {
    const element = all(selector, roots()).find((e) => standIn(e));
    return element ? idOf(element) : 0;
  };

  // sitemap is the shop's own list of its pages, goods first, for a front page that leads nowhere.
  const sitemap = async () => {
    const list = async (address) => {
      const answer = await fetch(address, { signal: AbortSignal.timeout(5000) });
      if (!answer.ok) return [];
      let text = "";
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let part; text.length < 2e6 && !(part = await reader.read()).done; ) text += part.value;
      reader.cancel();
      return [...text.matchAll(/<loc>\s*(?:<!\[CDATA\[)?\s*([^<\]]+?)\s*(?:\]\]>)?\s*<\/loc>/g)].map((m) => m[1].replace(/&amp;/g, "&"));
    };
    const goods = (address) => (/product|item|goods|produk|shop/i.test(address) ? 0 : /categ|collection/i.test(address) ? 1 : 2);
    let found = await list("/sitemap.xml");
    const more = found.filter((address) => /\.xml(\?|$)/.test(address)).sort((a, b) => goods(a) - goods(b));
    if (more.length) found = await list(new URL(more[0], location.href).pathname);
    const own = found.flatMap((address) => { try { return [new URL(address, location.href)]; } catch { return []; } });
    const depth = (u) => u.pathname.split("/").filter(Boolean).length;
    return own.filter((u) => u.hostname === location.hostname && depth(u) > 0).sort((a, b) => goods(a.pathname) - goods(b.pathname) || depth(b) - depth(a)).slice(0, 12).map((u) => u.pathname + u.search);
  };

  return { survey, sitemap, aim, select, beside, selected, assign, filled, boxes, find }[asked](...args);
})

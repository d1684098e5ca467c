// Lists the inputs of a document that ask for what is on a payment card, in our own world, where every function is the
// browser's own. The elements whose listeners are worth knowing are kept aside for the next question.
(() => {
  const notPayment = /gift|coupon|voucher|loyalty|member|point.?card|reward|membership|ギフト|クーポン|会員|ポイント|診察|포인트|쿠폰|멤버십|기프트|kupon|poin\b/i;
  const notNumber = /brand|\btypes?\b|token|last ?(?:4|four)|\bid\b$|種類|ブランド|カード会社/i;
  const tokens = {'cc-number': 'number', 'cc-csc': 'code', 'cc-exp': 'expiry', 'cc-exp-month': 'expiry', 'cc-exp-year': 'expiry', 'cc-name': 'holder'};
  const kinds = [
    ['code', /cvc|cvv|\bcsc\b|security.?code|card.?code|card.?verification|セキュリティ.?コード|보안 ?코드|kode keamanan/i],
    ['expiry', /expir|\bexp\b|exp.?(?:date|month|year|mm|yy)|valid.?(?:thru|until)|card.?(?:month|year)|有効期限|유효 ?기간|masa berlaku/i],
    ['holder', /card.?holder|name.?on.?(?:the.?)?card|card.?(?:owner|name)|cc.?name|カード名義|名義人|카드 ?소유|명의자|pemegang kartu|nama (?:di|pada) kartu/i],
    ['number', /card.?(?:no(?!t)|num)|cc.?num|ccno|credit.?card|debit.?card|\bpan\b|カード番号|カードナンバー|카드 ?번호|(?:nomor|no\.?) kartu/i],
  ];
  const secret = /\bpin\b|\botp\b|one.?time|card.?password|暗証番号|ワンタイム|카드 ?비밀번호|인증 ?번호|kata sandi kartu/i;

  const inputs = [];
  const roots = [document];
  for (let i = 0; i < roots.length && i < 200; i++) {
    for (const element of roots[i].querySelectorAll('*')) {
      if (element.shadowRoot) roots.push(element.shadowRoot);
      if (!element.matches('input, select, textarea')) continue;
      const type = element.matches('input') ? element.type : 'text';
      if (['text', 'tel', 'number', 'password', 'search', 'url', 'email', 'select-one'].includes(type) && inputs.length < 2000) inputs.push(element);
    }
  }
  const own = element => ['name', 'id', 'autocomplete', 'placeholder', 'aria-label', 'data-field', 'data-encrypted-name', 'data-name', 'data-key'].map(n => element.getAttribute(n) ?? '').join(' ');
  const beside = element => {
    const labels = [...element.labels ?? []].map(l => l.textContent).join(' ');
    const row = element.closest('td, dd')?.previousElementSibling?.textContent ?? '';
    return (labels || row || element.previousElementSibling?.textContent || '').slice(0, 120);
  };
  const digits = element => String(element.value ?? '').replace(/[\s-]/g, '');
  const kindOf = element => {
    const declared = (element.getAttribute('autocomplete') ?? '').toLowerCase().split(/\s+/).map(t => tokens[t]).find(Boolean);
    if (declared) return declared;
    for (const text of [own(element), beside(element)]) {
      if (notPayment.test(text)) return '';
      const split = text.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[_.[\]]+/g, ' ');
      for (const [kind, words] of kinds) {
        if ((words.test(split) || words.test(text)) && (kind !== 'number' || element.matches('input') && !notNumber.test(split))) return kind;
      }
    }
    return element.matches('input') && /^\d{14,16}$/.test(digits(element)) ? 'number' : '';
  };

  const parent = node => node.assignedSlot ?? node.parentNode ?? node.host ?? null;
  const opacity = element => {
    let product = 1;
    for (let e = element; e instanceof Element; e = parent(e) instanceof ShadowRoot ? parent(e).host : parent(e)) product *= Number(getComputedStyle(e).opacity || 1);
    return product;
  };
  const describe = element => {
    const box = element.getBoundingClientRect();
    const inPage = box.right + scrollX > 0 && box.bottom + scrollY > 0 && box.left < Math.max(innerWidth, document.documentElement.scrollWidth);
    const drawn = element.checkVisibility({visibilityProperty: true});
    const x = box.left + box.width / 2, y = box.top + box.height / 2;
    const top = x >= 0 && y >= 0 && x < innerWidth && y < innerHeight ? element.getRootNode().elementFromPoint(x, y) : null;
    return {
      x: box.left, y: box.top, width: box.width, height: box.height,
      shown: drawn && box.width > 4 && box.height > 4 && inPage && opacity(element) > 0.05,
      drawn: drawn && box.width > 0,
      covered: !!top && top !== element && !element.contains(top) && !top.contains(element) && !(element.labels && [...element.labels].some(l => l.contains(top))),
    };
  };

  const fields = [], others = [];
  for (const element of inputs) {
    const kind = kindOf(element);
    if (kind) fields.push([element, kind]);
    else others.push(element);
  }
  const holders = new Set(fields.map(([element]) => element.form ?? element.closest('form, section, fieldset, table')).filter(Boolean));
  if (fields.some(([, kind]) => kind === 'number')) {
    for (const element of others.slice()) {
      const near = element.form ?? element.closest('form, section, fieldset, table');
      if (secret.test(own(element) + ' ' + beside(element)) && (!near || holders.has(near))) fields.push([element, 'secret']);
    }
  }

  // What hears an event of a field: the field, what is around it, the document and the window. Other inputs are listed to
  // tell what listens to every field from what listens to cards.
  const nodes = [], index = new Map();
  const keep = (node, role) => {
    if (!index.has(node)) {
      index.set(node, nodes.length);
      nodes.push({node, role});
    }
    return index.get(node);
  };
  const list = fields.slice(0, 24).map(([element, kind]) => {
    const at = keep(element, 'field');
    for (let e = parent(element), n = 0; e && n < 60; e = parent(e), n++) {
      if (e !== document) keep(e, e === element.form ? 'form' : 'ancestor');
    }
    return {
      node: at, kind, name: element.getAttribute('name') || element.id || element.getAttribute('autocomplete') || '',
      filled: !!element.value, form: element.form?.getAttribute('action') ?? '', ...describe(element),
    };
  });
  if (list.length) {
    keep(document, 'document');
    keep(window, 'window');
    for (const element of others.filter(e => e.matches('input') && !fields.some(f => f[0] === e)).slice(0, 8)) keep(element, 'other');
  }
  globalThis.cardNodes = nodes.map(n => n.node);
  globalThis.describeBox = describe;
  return {fields: list, roles: nodes.map(n => n.role)};
})()

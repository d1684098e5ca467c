// A customer who buys with a real browser: a Japanese with a Windows desktop, in the afternoon. One JSON object a line on
// standard input says where; one a line on standard output says how it went.
import { chromium } from 'playwright-core';
import { createInterface } from 'node:readline';

const agent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/MAJOR.0.0.0 Safari/537.36';
const me = {
  email: 'hanako.sato@example.jp', family_name: '佐藤', given_name: '花子', postal_code: '1500001', prefecture: '東京都',
  city: '渋谷区', address1: '神宮前1-2-3', address2: '小径荘201', tel: '09012345678',
  order_name01: '佐藤', order_name02: '花子', order_kana01: 'サトウ', order_kana02: 'ハナコ', order_zip01: '150', order_zip02: '0001',
  order_pref: '東京都', order_addr01: '渋谷区', order_addr02: '神宮前1-2-3', order_addr03: '小径荘201',
  order_tel01: '090', order_tel02: '1234', order_tel03: '5678', order_email: 'hanako.sato@example.jp', order_email02: 'hanako.sato@example.jp',
};
const card = { number: '4539148803436467', month: '11', year: '2031', expiry: '1131', code: '739', holder: 'HANAKO SATO' };
const limit = 30_000;

const launch = {
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--headless=new', '--disable-blink-features=AutomationControlled', '--window-size=1366,860', '--lang=ja-JP', ...JSON.parse(process.env.CHROMIUM_ARGS || '[]')],
  ignoreDefaultArgs: ['--headless', '--enable-automation', '--hide-scrollbars', '--mute-audio', '--disable-background-networking'],
  headless: true,
};
const browser = await chromium.launch(launch);
const major = browser.version().split('.')[0];

// What a desktop has and a machine without a screen lacks.
function desktop() {
  const spec = (WebGL) => {
    if (!WebGL) return;
    const real = WebGL.prototype.getParameter;
    WebGL.prototype.getParameter = new Proxy(real, {
      apply(target, self, [name]) {
        if (name === 37445) return 'Google Inc. (Intel)';
        if (name === 37446) return 'ANGLE (Intel, Intel(R) UHD Graphics 620 (0x00005917) Direct3D11 vs_5_0 ps_5_0, D3D11)';
        return Reflect.apply(target, self, [name]);
      },
    });
  };
  spec(self.WebGLRenderingContext); spec(self.WebGL2RenderingContext);
  Object.defineProperty(Navigator.prototype, 'platform', { get: () => 'Win32' });
}

// A profile on disk is slower to start, but unlike a private one it follows resource hints.
async function newCustomer(afternoon, onDisk) {
  const traits = {
    userAgent: agent.replace('MAJOR', major), locale: 'ja-JP', timezoneId: 'Asia/Tokyo',
    viewport: { width: 1366, height: 768 }, screen: { width: 1366, height: 868 },
  };
  const context = onDisk ? await chromium.launchPersistentContext('', { ...launch, ...traits }) : await browser.newContext(traits);
  context.setDefaultTimeout(limit);
  await context.addInitScript(desktop);
  if (afternoon) {
    const [y, m, d] = new Date(Date.now() + 9 * 3600e3).toISOString().split('T')[0].split('-');
    await context.clock.install();
    await context.clock.setSystemTime(new Date(`${y}-${m}-${d}T14:20:00+09:00`));
    await context.clock.resume();
  }
  return context;
}

async function newPage(context) {
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Emulation.setUserAgentOverride', {
    userAgent: agent.replace('MAJOR', major), acceptLanguage: 'ja-JP,ja;q=0.9,en-US;q=0.8,en;q=0.7', platform: 'Win32',
    userAgentMetadata: { platform: 'Windows', platformVersion: '15.0.0', architecture: 'x86', model: '', mobile: false, bitness: '64',
      brands: [{ brand: 'Chromium', version: major }, { brand: 'Google Chrome', version: major }, { brand: 'Not)A;Brand', version: '8' }] },
  });
  page.on('dialog', (d) => d.accept());
  return page;
}

async function type(page, locator, text) {
  if (!(await locator.count()) || !(await locator.first().isVisible())) return false;
  const field = locator.first();
  await field.click();
  if (/^[\x20-\x7e]*$/.test(text)) {
    await page.keyboard.press('Control+A');
    await page.keyboard.type(text, { delay: 12 });
  } else {
    await field.fill('');
    await page.keyboard.insertText(text);
  }
  return true;
}

async function fillPerson(page) {
  for (const [name, value] of Object.entries(me)) {
    const field = page.locator(`#main [name="${name}"], #main [data-key="${name}"]`);
    if (!(await field.count()) || !(await field.first().isVisible())) continue;
    if (await field.first().evaluate((f) => f.tagName === 'SELECT')) await field.first().selectOption(value);
    else await type(page, field, value);
    if (name === 'postal_code') await page.waitForTimeout(500); // the address look-up
  }
  const region = page.locator('#checkout-app select');
  if (await region.count()) await region.first().selectOption(me.prefecture);
}

// The card goes where a person would see the fields: into the page's own, or by a click on the place where they are drawn.
async function fillCard(page) {
  const frame = page.locator('#card-frame iframe, #checkout-app iframe').first();
  const own = page.locator('[name=cardnumber]:visible, [data-key=cardnumber]:visible, [name=card_no]:visible').first();
  if (await own.count() && !(await frame.count())) {
    await type(page, own, card.number);
    if (await page.locator('[name=card_month]:visible').count()) {
      await page.locator('[name=card_month]').first().selectOption(card.month);
      await page.locator('[name=card_year]').first().selectOption(card.year);
    } else {
      const expiry = page.locator('[name="exp-date"]:visible, [data-key="exp-date"]:visible');
      await type(page, expiry, (await expiry.first().getAttribute('data-key')) ? '11/31' : card.expiry);
    }
    await type(page, page.locator('[name=cvc]:visible, [data-key=cvc]:visible, [name=security_code]:visible'), card.code);
    await type(page, page.locator('[name=ccname]:visible, [data-key=ccname]:visible, [name=card_name]:visible'), card.holder);
    return;
  }
  if (!(await page.locator('#card-frame, #checkout-app').count())) return;
  const place = page.locator('#card-frame:visible, #checkout-app .choice-detail:visible').first();
  if (!(await place.count())) return;
  await place.scrollIntoViewIfNeeded();
  await page.waitForTimeout(700);
  const box = await place.boundingBox();
  await page.mouse.move(box.x + 40, box.y + 20);
  await page.mouse.move(box.x + 90, box.y + 42, { steps: 4 });
  await page.waitForTimeout(250);
  await page.mouse.click(box.x + 90, box.y + 42);
  for (const [text, keys] of [[card.number, 1], [card.expiry, 1], [card.code, 0]]) {
    await page.waitForTimeout(120);
    await page.keyboard.press('Control+A');
    await page.keyboard.type(text, { delay: 15 });
    for (let i = 0; i < keys; i++) await page.keyboard.press('Tab');
  }
}

// A page of a payment provider, or of one who says so.
async function payElsewhere(page) {
  const button = page.locator('button[type=submit]:visible, form button:visible').first();
  if (!(await page.locator('input:visible').count()) || !(await button.count())) return page.waitForTimeout(1000); // a page that goes on by itself
  await type(page, page.locator('input[autocomplete=cc-number], input[name*=card i]:visible').first(), card.number);
  await type(page, page.locator('input[autocomplete=cc-exp], input[name*=exp i]:visible').first(), '11/31');
  await type(page, page.locator('input[autocomplete=cc-csc], input[name*=cvc i]:visible, input[name*=code i]:visible').first(), card.code);
  await type(page, page.locator('input[autocomplete=cc-name], input[name*=name i]:visible').first(), card.holder);
  await page.waitForTimeout(150);
  const before = page.url();
  await press(page, button);
  await page.waitForURL((u) => u.href !== before, { timeout: 5000 }).catch(() => {});
  await page.waitForTimeout(300);
}

// An operator of the shop who opens the newest orders and their mails.
async function operate(page, base, password, notes) {
  await page.goto(new URL('/admin/login', base).href);
  await type(page, page.locator('[name=login_id]'), 'admin');
  await type(page, page.locator('[name=password]'), password);
  await press(page, page.locator('form.login button').first());
  await page.waitForURL('**/admin');
  await page.goto(new URL('/admin/orders', base).href);
  const orders = await page.locator('table a').evaluateAll((links) => links.slice(0, 3).map((a) => a.getAttribute('href')));
  for (const order of orders) {
    for (const at of [order, order + '/mail']) {
      await page.goto(new URL(at, base).href);
      notes.push(new URL(page.url()).pathname);
      await page.waitForTimeout(1500);
    }
  }
}

async function press(page, button) {
  await button.scrollIntoViewIfNeeded();
  await button.hover();
  await page.waitForTimeout(150);
  await button.click({ noWaitAfter: true });
}

async function settled(page) {
  await page.waitForTimeout(300);
  await page.waitForLoadState('load').catch(() => {});
}

async function buy(page, base, notes) {
  await page.goto(base);
  await page.mouse.move(300, 300); await page.mouse.wheel(0, 240);
  await page.goto(new URL('/products/cup-komorebi', base).href);
  const size = page.locator('select[name=size]');
  if (await size.count()) await size.selectOption({ index: 1 });
  const swatch = page.locator('.swatch');
  if (await swatch.count()) await swatch.first().click();
  await press(page, page.locator('#add-cart'));
  await page.waitForURL('**/cart');
  await page.goto(new URL('/checkout', base).href);
  for (let attempt = 0; attempt < 14; attempt++) {
    await settled(page);
    const at = new URL(page.url());
    notes.push(at.host.split(':')[0] + at.pathname + at.hash);
    if (at.pathname === '/checkout/complete') return true;
    if (!/^\/(checkout|cart)/.test(at.pathname) || !at.hostname.startsWith('shop.')) { await payElsewhere(page); continue; }
    if (at.pathname === '/cart') { await page.goto(new URL('/checkout', base).href); continue; }
    if (at.pathname === '/checkout/start') { await press(page, page.locator('form[action="/checkout/guest"] .btn')); continue; }
    await page.mouse.move(420, 360, { steps: 5 });
    await fillPerson(page);
    const fields = page.locator('[name=payment][value=card]');
    if (await fields.count()) {
      await fields.first().check();
      await fillCard(page);
      const terms = page.locator('[name=terms], #checkout-app .check input');
      if (await terms.count()) await terms.first().check();
      await page.waitForTimeout(400);
    }
    const before = page.url();
    await press(page, page.locator('#place-order:visible, form.checkout-form .btn-primary:visible, #checkout-app .btn-primary:visible').last());
    await page.waitForURL((u) => u.href !== before, { timeout: 6000 }).catch(() => {});
  }
  return false;
}

async function customer(order) {
  const notes = [];
  const context = await newCustomer(order.afternoon, order.onDisk);
  let placed = 0;
  try {
    for (let visit = 0; visit < (order.visits || 1); visit++) {
      const page = await newPage(context);
      if (process.env.VERBOSE) page.on('console', (m) => notes.push('console: ' + m.text()));
      if (process.env.VERBOSE) page.on('request', (r) => notes.push(r.method() + ' ' + r.url().slice(0, 120)));
      page.on('pageerror', (e) => notes.push('error: ' + e.message));
      if (await buy(page, order.url, notes)) placed++;
      await page.waitForTimeout(1000 * (order.patience || 1));
      if (process.env.PICTURE) await page.screenshot({ path: process.env.PICTURE });
      await page.close({ runBeforeUnload: false });
    }
    if (order.operator) {
      const clerk = await newCustomer();
      await operate(await newPage(clerk), order.url, order.operator, notes).finally(() => clerk.close());
    }
    return { placed, notes };
  } catch (e) {
    return { placed, notes, error: String(e.message).split('\n').slice(0, 3).join(' ') };
  } finally {
    await context.close();
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(await customer(JSON.parse(line))) + '\n');
}
await browser.close();

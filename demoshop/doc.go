// Package demoshop is a small real shop on this machine that can be made to leak.
//
// It sells tea and tableware: catalogue, search, product pages with variants, cart, coupons, checkout on one page, in
// an accordion, in steps or as a single-page application, guests and members, order history, and an admin panel. Pages
// are rendered from templates and scripts in a folder, the document root, that is read at every request: whoever
// changes a file there has changed the shop. The package imports nothing of Tillwatch's; to the detectors it is a
// stranger's shop.
//
// # Names
//
// One listener answers for all names, another does the same over TLS with a certificate authority of its own. Names
// under localhost need no DNS in browsers, and unlike ports they make real foreign origins:
//
//	shop.localhost       the shop, also as localhost and 127.0.0.1
//	pay.localhost        a payment provider: a tokenising frame and a payment page to be redirected to
//	cdn.localhost        any further name is a third party that serves the files of State/hosts/NAME,
//	analytics.localhost  answers 204 to the rest, allows every origin, and keeps what it was sent ([Shop.Received])
//	evil.localhost       is no different from them, except in intent
//
// # How to make it leak
//
// Every weakness is off until a switch of [Config] turns it on, or a file or row is changed from outside:
//
//   - a skimmer: append JavaScript to a file under [Shop.Docroot]/assets or a template under [Shop.Docroot]/templates;
//   - a third party turned bad: change State/hosts/analytics.localhost/tag.js;
//   - a payment page tampered with: change templates/_card.html, or the host of the provider's script in
//     templates/_payment.html;
//   - a script in the database: the column product.free_area and the table block hold HTML that is shown as it is;
//   - a script in an order: [Holes.RawOrderMail], then any text field of the checkout, then the admin's mail preview;
//   - from there to the files: [Holes.TemplateEditor];
//   - forged tokens: [Holes.KeyFile], which leaves the signing key in a readable file. The shop verifies signatures
//     and expiry, never whether it issued the token;
//   - a payment module turned bad: [ModulePage], then data/module/mdl_komorebi in the document root, which a real PHP
//     process runs;
//   - customers for anyone: [Holes.CustomerAPI].
//
// # What it leaves behind
//
// Below the state folder: shop.db (SQLite), log/access.log (nginx's combined format), log/access.json.log,
// log/issuer.json.log (each token issued), log/login.json.log, log/received.json.log (what third parties were sent),
// log/error.log and ca.pem.
package demoshop

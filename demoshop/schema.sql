CREATE TABLE IF NOT EXISTS category (
  id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, name_ja TEXT NOT NULL, name_en TEXT NOT NULL, position INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS product (
  id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, category_id INTEGER NOT NULL REFERENCES category, shape TEXT NOT NULL,
  name_ja TEXT NOT NULL, name_en TEXT NOT NULL, about_ja TEXT NOT NULL, about_en TEXT NOT NULL,
  free_area TEXT NOT NULL, -- HTML, shown as it is
  price INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS variant (
  id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES product, sku TEXT NOT NULL UNIQUE,
  size_ja TEXT NOT NULL, size_en TEXT NOT NULL, colour TEXT NOT NULL, colour_ja TEXT NOT NULL, colour_en TEXT NOT NULL,
  price INTEGER NOT NULL, stock INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS variant_product ON variant (product_id);
CREATE TABLE IF NOT EXISTS block (
  place TEXT PRIMARY KEY, html TEXT NOT NULL -- HTML, shown as it is at that place of every page
);
CREATE TABLE IF NOT EXISTS coupon (code TEXT PRIMARY KEY, percent INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS customer (
  id INTEGER PRIMARY KEY, email TEXT NOT NULL, password TEXT NOT NULL,
  family_name TEXT NOT NULL, given_name TEXT NOT NULL, family_kana TEXT NOT NULL, given_kana TEXT NOT NULL,
  phone TEXT NOT NULL, created_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS address (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer, label TEXT NOT NULL,
  family_name TEXT NOT NULL, given_name TEXT NOT NULL, family_kana TEXT NOT NULL, given_kana TEXT NOT NULL,
  company TEXT NOT NULL, postcode TEXT NOT NULL, region TEXT NOT NULL, city TEXT NOT NULL, street TEXT NOT NULL,
  building TEXT NOT NULL, phone TEXT NOT NULL,
  door_code TEXT NOT NULL -- of the entrance, for the courier
);
CREATE TABLE IF NOT EXISTS orders (
  id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL, -- pending, placed, shipped, cancelled
  customer_id INTEGER REFERENCES customer, created_at INTEGER NOT NULL, email TEXT NOT NULL,
  family_name TEXT NOT NULL, given_name TEXT NOT NULL, family_kana TEXT NOT NULL, given_kana TEXT NOT NULL,
  company TEXT NOT NULL, postcode TEXT NOT NULL, region TEXT NOT NULL, city TEXT NOT NULL, street TEXT NOT NULL,
  building TEXT NOT NULL, phone TEXT NOT NULL,
  ship_name TEXT NOT NULL, ship_postcode TEXT NOT NULL, ship_address TEXT NOT NULL, ship_phone TEXT NOT NULL,
  delivery TEXT NOT NULL, delivery_day TEXT NOT NULL, delivery_time TEXT NOT NULL, note TEXT NOT NULL,
  payment TEXT NOT NULL, payment_reference TEXT NOT NULL, card_tail TEXT NOT NULL, coupon TEXT NOT NULL,
  goods INTEGER NOT NULL, discount INTEGER NOT NULL, carriage INTEGER NOT NULL, fee INTEGER NOT NULL, total INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS order_line (
  id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders, variant_id INTEGER NOT NULL REFERENCES variant,
  name TEXT NOT NULL, quantity INTEGER NOT NULL, price INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS session (id TEXT PRIMARY KEY, data BLOB NOT NULL, seen_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS operator (login TEXT PRIMARY KEY, role TEXT NOT NULL, created_at INTEGER NOT NULL);
INSERT OR IGNORE INTO operator (login, role, created_at) VALUES ('admin', 'owner', unixepoch());

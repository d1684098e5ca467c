-- What watch has found of a shop, and what it has told.
CREATE TABLE finding (
  shop TEXT NOT NULL, rule TEXT NOT NULL, place TEXT NOT NULL, incident TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (shop, rule, place)
);

CREATE TABLE incident (
  shop TEXT NOT NULL, id TEXT NOT NULL,
  number INTEGER NOT NULL, -- in the order in which they were told
  body TEXT NOT NULL,
  PRIMARY KEY (shop, id)
);

CREATE TABLE told (
  number INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice
  shop TEXT NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX told_shop ON told (shop, number);

-- When each look at a shop last was complete.
CREATE TABLE looked (
  shop TEXT NOT NULL, job TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (shop, job)
);

CREATE TRIGGER incident_stays BEFORE DELETE ON incident BEGIN SELECT RAISE(ABORT, 'incidents are never removed'); END;

CREATE TABLE record (
  shop TEXT NOT NULL, kind TEXT NOT NULL, place TEXT NOT NULL,
  scope TEXT NOT NULL, owner TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL, gone TEXT NOT NULL,
  body TEXT NOT NULL, -- the whole record as JSON; the columns are for looking things up
  PRIMARY KEY (shop, kind, place)
);

CREATE TABLE approval (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  shop TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX approval_shop ON approval (shop, id);

CREATE TABLE change (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  shop TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, place TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX change_shop ON change (shop, id);

CREATE TABLE run (
  id TEXT PRIMARY KEY, shop TEXT NOT NULL, started TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX run_shop ON run (shop, started);

-- What somebody approved, what changed and when somebody looked is only ever added.
CREATE TRIGGER approval_kept BEFORE UPDATE ON approval BEGIN SELECT RAISE(ABORT, 'approvals are only ever added'); END;
CREATE TRIGGER approval_stays BEFORE DELETE ON approval BEGIN SELECT RAISE(ABORT, 'approvals are only ever added'); END;
CREATE TRIGGER change_kept BEFORE UPDATE ON change BEGIN SELECT RAISE(ABORT, 'changes are only ever added'); END;
CREATE TRIGGER change_stays BEFORE DELETE ON change BEGIN SELECT RAISE(ABORT, 'changes are only ever added'); END;
CREATE TRIGGER run_kept BEFORE UPDATE ON run BEGIN SELECT RAISE(ABORT, 'runs are only ever added'); END;
CREATE TRIGGER run_stays BEFORE DELETE ON run BEGIN SELECT RAISE(ABORT, 'runs are only ever added'); END;

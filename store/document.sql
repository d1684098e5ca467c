-- What is kept whole under a name, such as the register of keys.
CREATE TABLE document (
  name TEXT PRIMARY KEY, body BLOB NOT NULL
);

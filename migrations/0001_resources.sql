-- One row: the revision of the newest change, that of the newest change the log has forgotten,
-- and how often it was tried whether writes work.
CREATE TABLE state (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  revision  INTEGER NOT NULL,
  log_floor INTEGER NOT NULL CHECK (log_floor <= revision),
  probes    INTEGER NOT NULL
) STRICT;
INSERT INTO state (id, revision, log_floor, probes) VALUES (1, 0, 0, 0);

-- The long columns stand last: what precedes them is read without following overflow pages.
-- tag_sets is a JSON array of objects; spec is JSON text in the form in which it is answered.
CREATE TABLE resources (
  id                INTEGER PRIMARY KEY,
  type              TEXT    NOT NULL,
  mesh              TEXT    NOT NULL,
  name              TEXT    NOT NULL,
  creation_time     TEXT    NOT NULL,
  modification_time TEXT    NOT NULL,
  creation_revision INTEGER NOT NULL,
  revision          INTEGER NOT NULL,
  owned_by_mesh     INTEGER NOT NULL CHECK (owned_by_mesh IN (0, 1)),
  gateway           TEXT             CHECK (gateway IN ('builtin', 'delegated')),
  tag_sets          TEXT    NOT NULL,
  spec              TEXT    NOT NULL
) STRICT;

-- Identity, the order of lists, and what OFFSET walks.
CREATE UNIQUE INDEX resources_by_name ON resources (type, mesh, name);
CREATE UNIQUE INDEX resources_by_creation ON resources (type, creation_revision, mesh);

-- What tag and gateway filters read instead of the rows; costs nothing for kinds without facets.
CREATE INDEX resources_by_facets ON resources (type, mesh, name, gateway, tag_sets)
  WHERE tag_sets <> '[]' OR gateway IS NOT NULL;

-- Totals of lists without filter; no row has a total of 0.
CREATE TABLE counts (
  type  TEXT    NOT NULL,
  mesh  TEXT    NOT NULL,
  total INTEGER NOT NULL CHECK (total > 0),
  PRIMARY KEY (type, mesh)
) STRICT, WITHOUT ROWID;

-- The change log: every revision after state.log_floor, without gap. at: milliseconds since 1970, for trimming only.
CREATE TABLE changes (
  revision INTEGER PRIMARY KEY,
  op       TEXT    NOT NULL CHECK (op IN ('create', 'update', 'delete')),
  type     TEXT    NOT NULL,
  mesh     TEXT    NOT NULL,
  name     TEXT    NOT NULL,
  at       INTEGER NOT NULL
) STRICT;

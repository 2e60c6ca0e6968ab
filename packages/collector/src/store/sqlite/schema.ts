import type { Migration } from "../sql/migrate.js";

// Indexes that every batch writes have the day first: with the page first, what a day writes would lie scattered over an
// index of all days, and a commit would write the more of its pages the longer the store is. What reads a page asks for
// one day after the other.
const first = `
CREATE TABLE sites (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, site_group TEXT NOT NULL, time_zone TEXT NOT NULL,
  origins TEXT NOT NULL, privacy TEXT NOT NULL, demo INTEGER NOT NULL, created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE keys (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, site TEXT, label TEXT NOT NULL, secret TEXT, created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE salts (
  site_group TEXT NOT NULL, day TEXT NOT NULL, from_at INTEGER NOT NULL, until_at INTEGER NOT NULL, secret TEXT NOT NULL,
  PRIMARY KEY (site_group, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE cursors (journal TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE freshness (site INTEGER PRIMARY KEY, received INTEGER NOT NULL) STRICT;

CREATE TABLE strings (n INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE words (n INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE visitors (
  n INTEGER PRIMARY KEY, site INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
  user INTEGER, user_at INTEGER, user_order TEXT, UNIQUE (site, kind, name)
) STRICT;
CREATE TABLE links (
  site INTEGER NOT NULL, visitor INTEGER NOT NULL, previous TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (visitor, previous)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_previous ON links (site, previous);
CREATE TABLE profiles (
  n INTEGER PRIMARY KEY, source INTEGER NOT NULL, medium INTEGER NOT NULL, campaign INTEGER NOT NULL,
  term INTEGER NOT NULL, content INTEGER NOT NULL, channel INTEGER NOT NULL, referrer INTEGER NOT NULL,
  device INTEGER NOT NULL, browser INTEGER NOT NULL, system INTEGER NOT NULL, country INTEGER NOT NULL,
  language INTEGER NOT NULL,
  UNIQUE (referrer, campaign, term, content, source, medium, browser, system, country, language, device, channel)
) STRICT;

CREATE TABLE raw (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL, part INTEGER NOT NULL, site INTEGER NOT NULL, visitor INTEGER NOT NULL,
  user INTEGER, session INTEGER, at INTEGER NOT NULL, until INTEGER NOT NULL, first INTEGER, last INTEGER,
  received INTEGER NOT NULL, page INTEGER NOT NULL, title INTEGER, view INTEGER NOT NULL, bucket INTEGER NOT NULL,
  day INTEGER NOT NULL, viewed INTEGER, views INTEGER NOT NULL, clicks INTEGER NOT NULL, events INTEGER NOT NULL,
  breaks INTEGER NOT NULL, engaged INTEGER NOT NULL, depth INTEGER, width INTEGER NOT NULL, height INTEGER NOT NULL,
  fold INTEGER NOT NULL, bot TEXT, profile INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX raw_id ON raw (id, part);
CREATE INDEX raw_session ON raw (session) WHERE session IS NOT NULL;
CREATE INDEX raw_alone ON raw (view) WHERE session IS NULL;
CREATE INDEX raw_day ON raw (site, day, page);
CREATE TABLE packed (
  n INTEGER PRIMARY KEY, presses BLOB, trails BLOB, bands BLOB, data BLOB NOT NULL
) STRICT;

CREATE TABLE sessions (
  n INTEGER PRIMARY KEY, first INTEGER NOT NULL, site INTEGER NOT NULL, visitor INTEGER NOT NULL, user INTEGER,
  person INTEGER NOT NULL, lasting INTEGER NOT NULL, bot TEXT, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  seen INTEGER NOT NULL, day INTEGER NOT NULL, duration INTEGER NOT NULL, engaged INTEGER NOT NULL,
  page_views INTEGER NOT NULL, clicks INTEGER NOT NULL, events INTEGER NOT NULL, bounce INTEGER NOT NULL,
  entry INTEGER NOT NULL, exit INTEGER NOT NULL, source INTEGER NOT NULL, medium INTEGER NOT NULL,
  campaign INTEGER NOT NULL, term INTEGER NOT NULL, content INTEGER NOT NULL, channel INTEGER NOT NULL,
  referrer INTEGER NOT NULL, device INTEGER NOT NULL, browser INTEGER NOT NULL, system INTEGER NOT NULL,
  country INTEGER NOT NULL, language INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_visitor ON sessions (visitor, start);
CREATE INDEX sessions_start ON sessions (site, start) WHERE bot IS NULL;
CREATE INDEX sessions_seen ON sessions (site, seen) WHERE bot IS NULL;
CREATE TABLE page_views (
  session INTEGER NOT NULL, view INTEGER NOT NULL, site INTEGER NOT NULL, visitor INTEGER NOT NULL, bot TEXT,
  page INTEGER NOT NULL, title INTEGER, bucket INTEGER NOT NULL, day INTEGER NOT NULL, at INTEGER NOT NULL,
  views INTEGER NOT NULL, clicks INTEGER NOT NULL, engaged INTEGER NOT NULL, depth INTEGER, width INTEGER NOT NULL,
  height INTEGER NOT NULL, fold INTEGER NOT NULL, PRIMARY KEY (session, view)
) STRICT, WITHOUT ROWID;
CREATE INDEX page_views_view ON page_views (view, visitor);
CREATE INDEX page_views_day ON page_views (site, day, page, at) WHERE bot IS NULL;
CREATE TABLE events (
  raw INTEGER NOT NULL, n INTEGER NOT NULL, type TEXT NOT NULL, name INTEGER NOT NULL, at INTEGER NOT NULL,
  value REAL, currency TEXT, PRIMARY KEY (raw, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE verdicts (
  visitor INTEGER NOT NULL, view INTEGER NOT NULL, click INTEGER NOT NULL, raw INTEGER,
  PRIMARY KEY (visitor, view, click)
) STRICT, WITHOUT ROWID;
CREATE TABLE heat_parts (
  n INTEGER PRIMARY KEY, site INTEGER NOT NULL, page INTEGER NOT NULL, kind TEXT NOT NULL, day INTEGER NOT NULL,
  bucket INTEGER NOT NULL, from_raw INTEGER NOT NULL, to_raw INTEGER NOT NULL, level INTEGER NOT NULL, data BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX heat_parts_key ON heat_parts (site, day, page, kind, bucket, from_raw);

CREATE TABLE days (
  site INTEGER NOT NULL, dimension TEXT NOT NULL, day INTEGER NOT NULL, value INTEGER NOT NULL,
  visitors INTEGER NOT NULL, passing INTEGER NOT NULL, visits INTEGER NOT NULL, page_views INTEGER NOT NULL,
  bounces INTEGER NOT NULL, duration INTEGER NOT NULL, clicks INTEGER NOT NULL,
  PRIMARY KEY (site, dimension, day, value)
) STRICT, WITHOUT ROWID;
CREATE TABLE dirty_days (site INTEGER NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (site, day)) STRICT, WITHOUT ROWID;
CREATE TABLE day_versions (
  site INTEGER NOT NULL, day INTEGER NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (site, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE deliveries (
  site INTEGER NOT NULL, tab TEXT NOT NULL, from_at INTEGER NOT NULL, state TEXT NOT NULL, PRIMARY KEY (site, tab)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_from ON deliveries (site, from_at);
`;

// Trees are large, and what is listed does not need them: SQLite keeps the end of a long row on pages of its own.
const snapshots = `
CREATE TABLE snapshots (
  site INTEGER NOT NULL, page TEXT NOT NULL, bucket INTEGER NOT NULL, layout TEXT NOT NULL, ref TEXT NOT NULL,
  at INTEGER NOT NULL, origin TEXT NOT NULL, view TEXT NOT NULL, vw INTEGER NOT NULL, vh INTEGER NOT NULL,
  dw INTEGER NOT NULL, dh INTEGER NOT NULL, bytes INTEGER NOT NULL, data BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX snapshots_key ON snapshots (site, page, bucket, layout);
CREATE UNIQUE INDEX snapshots_ref ON snapshots (site, ref);
CREATE INDEX snapshots_at ON snapshots (site, at);
`;

// What is stored already has no value in the new dimensions: of a day it is the same as of all its visits.
const devices = `
INSERT OR IGNORE INTO strings (text) VALUES ('(not set)');
CREATE TABLE wider_profiles (
  n INTEGER PRIMARY KEY, source INTEGER NOT NULL, medium INTEGER NOT NULL, campaign INTEGER NOT NULL,
  term INTEGER NOT NULL, content INTEGER NOT NULL, channel INTEGER NOT NULL, referrer INTEGER NOT NULL,
  device INTEGER NOT NULL, browser INTEGER NOT NULL, system INTEGER NOT NULL, country INTEGER NOT NULL,
  language INTEGER NOT NULL, browserVersion INTEGER NOT NULL, systemVersion INTEGER NOT NULL, vendor INTEGER NOT NULL,
  model INTEGER NOT NULL,
  UNIQUE (referrer, campaign, term, content, source, medium, browserVersion, systemVersion, model, country, language,
    browser, system, vendor, device, channel)
) STRICT;
INSERT INTO wider_profiles SELECT p.n, source, medium, campaign, term, content, channel, referrer, device, browser, system,
  country, language, s.n, s.n, s.n, s.n FROM profiles p, strings s WHERE s.text = '(not set)';
DROP TABLE profiles;
ALTER TABLE wider_profiles RENAME TO profiles;
ALTER TABLE sessions ADD COLUMN browserVersion INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN systemVersion INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN vendor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN model INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET (browserVersion, systemVersion, vendor, model) =
  (SELECT n, n, n, n FROM strings WHERE text = '(not set)');
INSERT INTO days SELECT site, name, day, s.n, visitors, passing, visits, page_views, bounces, duration, clicks
  FROM days d, strings s, (SELECT column1 AS name FROM (VALUES ('browserVersion'), ('systemVersion'), ('vendor'), ('model')))
  WHERE d.dimension = 'all' AND s.text = '(not set)';
`;

// As in step 3; what a country says of the European Union and of the time is not made up for afterwards.
const places = `
INSERT OR IGNORE INTO strings (text) VALUES ('(not set)');
CREATE TABLE wider_profiles (
  n INTEGER PRIMARY KEY, source INTEGER NOT NULL, medium INTEGER NOT NULL, campaign INTEGER NOT NULL,
  term INTEGER NOT NULL, content INTEGER NOT NULL, channel INTEGER NOT NULL, referrer INTEGER NOT NULL,
  device INTEGER NOT NULL, browser INTEGER NOT NULL, system INTEGER NOT NULL, country INTEGER NOT NULL,
  language INTEGER NOT NULL, browserVersion INTEGER NOT NULL, systemVersion INTEGER NOT NULL, vendor INTEGER NOT NULL,
  model INTEGER NOT NULL, eu INTEGER NOT NULL, region INTEGER NOT NULL, city INTEGER NOT NULL, timeZone INTEGER NOT NULL,
  network INTEGER NOT NULL, org INTEGER NOT NULL, asn INTEGER NOT NULL,
  UNIQUE (referrer, campaign, term, content, city, asn, source, medium, browserVersion, systemVersion, model, language,
    region, org, network, timeZone, country, eu, browser, system, vendor, device, channel)
) STRICT;
INSERT INTO wider_profiles SELECT p.n, source, medium, campaign, term, content, channel, referrer, device, browser, system,
  country, language, browserVersion, systemVersion, vendor, model, s.n, s.n, s.n, s.n, s.n, s.n, s.n
  FROM profiles p, strings s WHERE s.text = '(not set)';
DROP TABLE profiles;
ALTER TABLE wider_profiles RENAME TO profiles;
ALTER TABLE sessions ADD COLUMN eu INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN region INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN city INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN timeZone INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN network INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN org INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN asn INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET (eu, region, city, timeZone, network, org, asn) =
  (SELECT n, n, n, n, n, n, n FROM strings WHERE text = '(not set)');
INSERT INTO days SELECT site, name, day, s.n, visitors, passing, visits, page_views, bounces, duration, clicks
  FROM days d, strings s, (SELECT column1 AS name FROM (VALUES
    ('eu'), ('region'), ('city'), ('timeZone'), ('network'), ('org'), ('asn')))
  WHERE d.dimension = 'all' AND s.text = '(not set)';
`;

// What an older program stored is read once more, in the background: `backlog` says up to which row of `raw` it has yet to be.
const details = `
CREATE TABLE event_properties (
  raw INTEGER NOT NULL, n INTEGER NOT NULL, name INTEGER NOT NULL, value INTEGER NOT NULL,
  PRIMARY KEY (raw, n, name, value)
) STRICT, WITHOUT ROWID;
CREATE TABLE inputs (
  raw INTEGER NOT NULL, element INTEGER NOT NULL, at INTEGER NOT NULL, focused INTEGER NOT NULL,
  changed INTEGER NOT NULL, sent INTEGER NOT NULL, PRIMARY KEY (raw, element)
) STRICT, WITHOUT ROWID;
CREATE TABLE backlog (model TEXT PRIMARY KEY, upto INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO backlog SELECT 'details', max(n) FROM raw HAVING count(*) > 0;
CREATE INDEX sessions_bots ON sessions (site, start) WHERE bot IS NOT NULL;
CREATE INDEX sessions_person ON sessions (person, start) WHERE lasting = 1;
`;

// What other tools counted, apart from what can be derived again.
const imported = `
CREATE TABLE imported_days (
  site INTEGER NOT NULL, origin TEXT NOT NULL, dimension TEXT NOT NULL, day INTEGER NOT NULL, value INTEGER NOT NULL,
  visitors INTEGER NOT NULL, visits INTEGER NOT NULL, rated INTEGER NOT NULL, page_views INTEGER NOT NULL,
  bounces INTEGER NOT NULL, duration INTEGER NOT NULL, PRIMARY KEY (site, dimension, day, value, origin)
) STRICT, WITHOUT ROWID;
`;

// Empty but while visits are derived again.
const rebuilding = `
CREATE TABLE rebuild_pieces (visitor INTEGER NOT NULL, raw INTEGER NOT NULL, PRIMARY KEY (visitor, raw)) STRICT, WITHOUT ROWID;
`;

// What only has to be recognised, as who was erased, is kept as a digest. The numbers of texts that were given up come again:
// `generation` tells whoever remembers some.
const people = `
ALTER TABLE sites ADD COLUMN raw_days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sites ADD COLUMN aggregate_days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sites ADD COLUMN snapshot_days INTEGER NOT NULL DEFAULT 0;
CREATE TABLE swept (site INTEGER NOT NULL, raw_before INTEGER NOT NULL, PRIMARY KEY (site)) STRICT;
CREATE TABLE seen_ids (id BLOB PRIMARY KEY, received INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX seen_ids_received ON seen_ids (received);
CREATE TABLE erased_names (
  site INTEGER NOT NULL, name TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (site, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE erasures (
  id TEXT PRIMARY KEY, site INTEGER NOT NULL, until INTEGER NOT NULL, complete_by INTEGER NOT NULL,
  last_raw INTEGER NOT NULL, scanned INTEGER NOT NULL, stage TEXT NOT NULL, finished INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE erasure_targets (
  erasure TEXT NOT NULL, visitor INTEGER NOT NULL, as_user INTEGER NOT NULL, PRIMARY KEY (erasure, visitor)
) STRICT, WITHOUT ROWID;
CREATE TABLE text_state (
  n INTEGER NOT NULL, generation INTEGER NOT NULL, stale INTEGER NOT NULL, PRIMARY KEY (n)
) STRICT;
INSERT INTO text_state VALUES (1, 0, 0);
CREATE TABLE audit (
  n INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, site TEXT, subject TEXT,
  detail TEXT
) STRICT;
CREATE INDEX audit_at ON audit (at);
CREATE TABLE organisations (id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO organisations VALUES ('default', 'Default', 0);
CREATE TABLE members (
  id TEXT PRIMARY KEY, organisation TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, created_at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT, WITHOUT ROWID;
ALTER TABLE sites ADD COLUMN organisation TEXT;
ALTER TABLE keys ADD COLUMN organisation TEXT;
ALTER TABLE keys ADD COLUMN scopes TEXT;
ALTER TABLE keys ADD COLUMN origins TEXT;
ALTER TABLE keys ADD COLUMN member TEXT;
ALTER TABLE keys ADD COLUMN events_per_minute INTEGER;
`;

// By what reports and pictures are recognised that come late and name no visitor.
const traces = `
CREATE TABLE erased_traces (
  site INTEGER NOT NULL, digest TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (site, digest)
) STRICT, WITHOUT ROWID;
`;

// Days with more values of a dimension than are told apart by default are derived again, where their visits are there.
const folded = `
CREATE TABLE folded_values (
  site INTEGER NOT NULL, day INTEGER NOT NULL, dimension TEXT NOT NULL, folded INTEGER NOT NULL,
  PRIMARY KEY (site, day, dimension)
) STRICT, WITHOUT ROWID;
INSERT INTO dirty_days (site, day) SELECT DISTINCT crowded.site, crowded.day
  FROM (SELECT site, day FROM days GROUP BY site, dimension, day HAVING count(*) > 10000) crowded
  WHERE NOT EXISTS (SELECT 1 FROM dirty_days d WHERE d.site = crowded.site AND d.day = crowded.day)
    AND NOT EXISTS (SELECT 1 FROM swept s WHERE s.site = crowded.site AND crowded.day < s.raw_before);
`;

// An event's properties in its own row; those of older events stay in rows of their own, and are read there.
const properties = `
ALTER TABLE events ADD COLUMN properties BLOB;
`;

// What comes late for a visit is put in its place among the pieces that end no earlier, without reading all the others. Whoever
// reads all of them asks this index too.
const ends = `
CREATE INDEX raw_until ON raw (session, until) WHERE session IS NOT NULL;
DROP INDEX raw_session;
`;

/** All steps, oldest first. */
export const migrations: readonly Migration[] = [
  { version: 1, name: "first", sql: first },
  { version: 2, name: "snapshots", sql: snapshots },
  { version: 3, name: "devices", sql: devices },
  { version: 4, name: "places", sql: places },
  { version: 5, name: "details", sql: details },
  { version: 6, name: "imported", sql: imported },
  { version: 7, name: "rebuilding", sql: rebuilding },
  { version: 8, name: "people", sql: people },
  { version: 9, name: "traces", sql: traces },
  { version: 10, name: "folded", sql: folded },
  { version: 11, name: "properties", sql: properties },
  { version: 12, name: "ends", sql: ends },
];

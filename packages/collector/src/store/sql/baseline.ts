/**
 * The schema that a database other than SQLite begins with: what SQLite has after its first steps, up to this one. Texts of
 * any length are in no unique key here, as neither MariaDB nor PostgreSQL has room for them in one: they are told apart
 * under the write lock alone, which whoever adds one holds.
 */
export const baseline = {
  version: 4,
  name: "first",
  sql: `
CREATE TABLE sites (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, site_group TEXT NOT NULL, time_zone TEXT NOT NULL,
  origins TEXT NOT NULL, privacy TEXT NOT NULL, demo INTEGER NOT NULL, created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE keys (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, site TEXT, label TEXT NOT NULL, secret TEXT, created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;
CREATE TABLE salts (
  site_group TEXT NOT NULL, day TEXT NOT NULL, from_at INTEGER NOT NULL, until_at INTEGER NOT NULL, secret TEXT NOT NULL,
  PRIMARY KEY (site_group, day)
) STRICT;
CREATE TABLE cursors (journal TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
CREATE TABLE freshness (site INTEGER NOT NULL, received INTEGER NOT NULL, PRIMARY KEY (site)) STRICT;

CREATE TABLE strings (n INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE INDEX strings_text ON strings (text);
CREATE TABLE words (n INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE INDEX words_text ON words (text);
CREATE TABLE visitors (
  n INTEGER PRIMARY KEY, site INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
  user INTEGER, user_at INTEGER, user_order TEXT, UNIQUE (site, kind, name)
) STRICT;
CREATE TABLE links (
  site INTEGER NOT NULL, visitor INTEGER NOT NULL, previous TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (visitor, previous)
) STRICT;
CREATE INDEX links_previous ON links (site, previous);
CREATE TABLE profiles (
  n INTEGER PRIMARY KEY, source INTEGER NOT NULL, medium INTEGER NOT NULL, campaign INTEGER NOT NULL,
  term INTEGER NOT NULL, content INTEGER NOT NULL, channel INTEGER NOT NULL, referrer INTEGER NOT NULL,
  device INTEGER NOT NULL, browser INTEGER NOT NULL, system INTEGER NOT NULL, country INTEGER NOT NULL,
  language INTEGER NOT NULL, browserVersion INTEGER NOT NULL, systemVersion INTEGER NOT NULL, vendor INTEGER NOT NULL,
  model INTEGER NOT NULL, eu INTEGER NOT NULL, region INTEGER NOT NULL, city INTEGER NOT NULL, timeZone INTEGER NOT NULL,
  network INTEGER NOT NULL, org INTEGER NOT NULL, asn INTEGER NOT NULL
) STRICT;
CREATE INDEX profiles_key ON profiles (referrer, campaign, city, browserVersion, systemVersion, model, language, asn);

CREATE TABLE raw (
  n INTEGER NOT NULL, id BLOB NOT NULL, part INTEGER NOT NULL, site INTEGER NOT NULL, visitor INTEGER NOT NULL,
  user INTEGER, session INTEGER, at INTEGER NOT NULL, until INTEGER NOT NULL, first INTEGER, last INTEGER,
  received INTEGER NOT NULL, page INTEGER NOT NULL, title INTEGER, view INTEGER NOT NULL, bucket INTEGER NOT NULL,
  day INTEGER NOT NULL, viewed INTEGER, views INTEGER NOT NULL, clicks INTEGER NOT NULL, events INTEGER NOT NULL,
  breaks INTEGER NOT NULL, engaged INTEGER NOT NULL, depth INTEGER, width INTEGER NOT NULL, height INTEGER NOT NULL,
  fold INTEGER NOT NULL, bot TEXT, profile INTEGER NOT NULL, PRIMARY KEY (n)
) STRICT;
CREATE UNIQUE INDEX raw_id ON raw (id, part);
CREATE INDEX raw_session ON raw (session) WHERE session IS NOT NULL;
CREATE INDEX raw_alone ON raw (view) WHERE session IS NULL;
CREATE INDEX raw_day ON raw (site, day, page);
CREATE TABLE packed (
  n INTEGER NOT NULL, presses BLOB, trails BLOB, bands BLOB, data BLOB NOT NULL, PRIMARY KEY (n)
) STRICT;

CREATE TABLE sessions (
  n INTEGER PRIMARY KEY, first INTEGER NOT NULL, site INTEGER NOT NULL, visitor INTEGER NOT NULL, user INTEGER,
  person INTEGER NOT NULL, lasting INTEGER NOT NULL, bot TEXT, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  seen INTEGER NOT NULL, day INTEGER NOT NULL, duration INTEGER NOT NULL, engaged INTEGER NOT NULL,
  page_views INTEGER NOT NULL, clicks INTEGER NOT NULL, events INTEGER NOT NULL, bounce INTEGER NOT NULL,
  entry INTEGER NOT NULL, exit INTEGER NOT NULL, source INTEGER NOT NULL, medium INTEGER NOT NULL,
  campaign INTEGER NOT NULL, term INTEGER NOT NULL, content INTEGER NOT NULL, channel INTEGER NOT NULL,
  referrer INTEGER NOT NULL, device INTEGER NOT NULL, browser INTEGER NOT NULL, system INTEGER NOT NULL,
  country INTEGER NOT NULL, language INTEGER NOT NULL, browserVersion INTEGER NOT NULL,
  systemVersion INTEGER NOT NULL, vendor INTEGER NOT NULL, model INTEGER NOT NULL, eu INTEGER NOT NULL,
  region INTEGER NOT NULL, city INTEGER NOT NULL, timeZone INTEGER NOT NULL, network INTEGER NOT NULL,
  org INTEGER NOT NULL, asn INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_visitor ON sessions (visitor, start);
CREATE INDEX sessions_start ON sessions (site, start) WHERE bot IS NULL;
CREATE INDEX sessions_seen ON sessions (site, seen) WHERE bot IS NULL;
CREATE TABLE page_views (
  session INTEGER NOT NULL, view INTEGER NOT NULL, site INTEGER NOT NULL, visitor INTEGER NOT NULL, bot TEXT,
  page INTEGER NOT NULL, title INTEGER, bucket INTEGER NOT NULL, day INTEGER NOT NULL, at INTEGER NOT NULL,
  views INTEGER NOT NULL, clicks INTEGER NOT NULL, engaged INTEGER NOT NULL, depth INTEGER, width INTEGER NOT NULL,
  height INTEGER NOT NULL, fold INTEGER NOT NULL, PRIMARY KEY (session, view)
) STRICT;
CREATE INDEX page_views_view ON page_views (view, visitor);
CREATE INDEX page_views_day ON page_views (site, day, page, at) WHERE bot IS NULL;
CREATE TABLE events (
  raw INTEGER NOT NULL, n INTEGER NOT NULL, type TEXT NOT NULL, name INTEGER NOT NULL, at INTEGER NOT NULL,
  value REAL, currency TEXT, PRIMARY KEY (raw, n)
) STRICT;

CREATE TABLE verdicts (
  visitor INTEGER NOT NULL, view INTEGER NOT NULL, click INTEGER NOT NULL, raw INTEGER,
  PRIMARY KEY (visitor, view, click)
) STRICT;
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
) STRICT;
CREATE TABLE dirty_days (site INTEGER NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (site, day)) STRICT;
CREATE TABLE day_versions (
  site INTEGER NOT NULL, day INTEGER NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (site, day)
) STRICT;
CREATE TABLE deliveries (
  site INTEGER NOT NULL, tab TEXT NOT NULL, from_at INTEGER NOT NULL, state TEXT NOT NULL, PRIMARY KEY (site, tab)
) STRICT;
CREATE INDEX deliveries_from ON deliveries (site, from_at);

CREATE TABLE snapshots (
  site INTEGER NOT NULL, page TEXT NOT NULL, bucket INTEGER NOT NULL, layout TEXT NOT NULL, ref TEXT NOT NULL,
  at INTEGER NOT NULL, origin TEXT NOT NULL, view TEXT NOT NULL, vw INTEGER NOT NULL, vh INTEGER NOT NULL,
  dw INTEGER NOT NULL, dh INTEGER NOT NULL, bytes INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (site, ref)
) STRICT;
CREATE INDEX snapshots_key ON snapshots (site, layout, bucket);
CREATE INDEX snapshots_at ON snapshots (site, at);
`,
} as const;

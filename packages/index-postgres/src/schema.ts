/*
 * One row for each study, series and instance, with its attributes as the DICOM JSON Model and its place in the order.
 * What searches match lies in the key tables as comparable texts. Attributes are text rather than jsonb, which refuses
 * U+0000 and forgets how a number was written; nobody looks into them here. All text is compared by its bytes.
 */

import { toBeInflated } from '@sansfilm/index-sql'

/** Characters of a value that its index has: an entry of a B-tree has 2,700 bytes at most, a value any number. */
export const headLength = 200

/** Which values the trigrams are kept of: those with anything but digits and dots, as dates, times and UIDs are not. */
export const hasTrigrams = `value ~ '[^0-9.]'`

/** A step from one schema to the next. What was released is never changed. */
export interface Migration {
  readonly sql: string
  /** The oldest schema whose programs work with this one as well: while they are replaced, both run. */
  readonly since: number
}

const keyTable = (level: 'study' | 'series'): string => `
  CREATE TABLE ${level}_key (
    partition text COLLATE "C" NOT NULL,
    path text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    owner bigint NOT NULL REFERENCES ${level} ON DELETE CASCADE
  );
  CREATE INDEX ${level}_key_value ON ${level}_key (partition, path, left(value, ${headLength}));
  CREATE INDEX ${level}_key_owner ON ${level}_key (owner, path);
  CREATE INDEX ${level}_key_trigrams ON ${level}_key USING gin (value gin_trgm_ops) WHERE ${hasTrigrams};
`

/** The day and the second that a position begins with. @see placeOf */
const place = `(coalesce(substring(position from '^[0-9]{8}'), '99999999') ||
  coalesce(substring(position from '^[0-9]{8}([0-9]{6})'), '999999'))::bigint`

const placeKeys = (level: 'study' | 'series', positions: string): string => `
  ALTER TABLE ${level}_key ADD COLUMN place bigint;
  UPDATE ${level}_key k SET place = p.place FROM (SELECT id, ${place} AS place FROM (${positions}) o) p WHERE p.id = k.owner;
  ALTER TABLE ${level}_key ALTER COLUMN place SET NOT NULL;
  DROP INDEX ${level}_key_value;
  CREATE INDEX ${level}_key_value ON ${level}_key (partition, path, left(value, ${headLength}), place);
  DROP INDEX ${level}_key_trigrams;
  CREATE INDEX ${level}_key_trigrams ON ${level}_key USING gin (value gin_trgm_ops)
    WHERE ${hasTrigrams} OR path IN ('00100020', '00080050', '00200010');
`

/** Rows for what studies or series have no value of. All have some key: their UID. */
const missingKeys = (level: 'study' | 'series', paths: readonly string[]): string => `
  INSERT INTO ${level}_key (partition, path, value, owner, place)
    SELECT DISTINCT ON (missing, k.owner) k.partition, missing || '!', '', k.owner, k.place
    FROM ${level}_key k, unnest(ARRAY['${paths.join("', '")}']) AS missing
    WHERE NOT EXISTS (SELECT 1 FROM ${level}_key present WHERE present.owner = k.owner AND present.path = missing);
`

/** The steps from an empty database to the present schema; `schema_version` has those taken. */
export const migrations: readonly Migration[] = [
  {
    since: 1,
    sql: `
  CREATE EXTENSION IF NOT EXISTS pg_trgm;

  CREATE TABLE archive (name text COLLATE "C" PRIMARY KEY, value text NOT NULL);

  -- Numbers every change: the revision of what it touches, and the id of what it makes.
  CREATE SEQUENCE change AS bigint;

  -- A partition's totals are the sums of its slots: a store waits for another's commit only where both have one slot.
  CREATE TABLE totals (
    partition text COLLATE "C" NOT NULL,
    slot smallint NOT NULL,
    studies bigint NOT NULL,
    series bigint NOT NULL,
    instances bigint NOT NULL,
    bytes bigint NOT NULL,
    PRIMARY KEY (partition, slot)
  ) WITH (fillfactor = 50);

  CREATE TABLE study (
    id bigint PRIMARY KEY,
    partition text COLLATE "C" NOT NULL,
    uid text COLLATE "C" NOT NULL,
    position text COLLATE "C" NOT NULL,
    attributes text NOT NULL,
    modalities text NOT NULL DEFAULT '[]',
    series bigint NOT NULL DEFAULT 0,
    instances bigint NOT NULL DEFAULT 0,
    bytes bigint NOT NULL DEFAULT 0,
    revision bigint NOT NULL DEFAULT 0,
    stored_at bigint NOT NULL DEFAULT 0
  ) WITH (fillfactor = 70);
  CREATE UNIQUE INDEX study_uid ON study (partition, uid);
  CREATE UNIQUE INDEX study_order ON study (partition, position);

  CREATE TABLE series (
    id bigint PRIMARY KEY,
    study_id bigint NOT NULL REFERENCES study,
    uid text COLLATE "C" NOT NULL,
    position text COLLATE "C" NOT NULL,
    attributes text NOT NULL,
    modality text,
    instances bigint NOT NULL DEFAULT 0,
    bytes bigint NOT NULL DEFAULT 0,
    revision bigint NOT NULL DEFAULT 0,
    stored_at bigint NOT NULL DEFAULT 0
  ) WITH (fillfactor = 70);
  CREATE UNIQUE INDEX series_uid ON series (study_id, uid);
  CREATE UNIQUE INDEX series_order ON series (study_id, position);

  -- Nothing refers to a row but by its id, and no index but that of UIDs is unique: so it can be partitioned by UID.
  CREATE TABLE instance (
    id bigint NOT NULL,
    series_id bigint NOT NULL REFERENCES series,
    partition text COLLATE "C" NOT NULL,
    uid text COLLATE "C" NOT NULL,
    position text COLLATE "C" NOT NULL,
    sop_class text COLLATE "C" NOT NULL,
    transfer_syntax text COLLATE "C" NOT NULL,
    object_key text COLLATE "C" NOT NULL,
    object_offset bigint NOT NULL,
    object_length bigint NOT NULL,
    digest text COLLATE "C" NOT NULL,
    inflated_key text COLLATE "C",
    inflated_length bigint,
    inflated_digest text COLLATE "C",
    revision bigint NOT NULL,
    stored_at bigint NOT NULL,
    attributes text NOT NULL,
    pixel_data text,
    bulk_data text NOT NULL,
    metadata bytea NOT NULL
  ) WITH (toast_tuple_target = 512);
  -- Compressed already, and only for retrievals: beside the table, so that a search never reads past it.
  ALTER TABLE instance ALTER COLUMN metadata SET STORAGE EXTERNAL;
  ALTER TABLE instance ALTER COLUMN attributes SET STORAGE MAIN;
  ALTER TABLE instance ALTER COLUMN pixel_data SET STORAGE MAIN;
  ALTER TABLE instance ALTER COLUMN bulk_data SET STORAGE MAIN;
  CREATE UNIQUE INDEX instance_uid ON instance (partition, uid);
  CREATE INDEX instance_id ON instance (id);
  CREATE INDEX instance_order ON instance (series_id, position);
  CREATE INDEX instance_object ON instance (object_key);
  CREATE INDEX instance_inflated ON instance (inflated_key) WHERE inflated_key IS NOT NULL;
  CREATE INDEX instance_to_be_inflated ON instance (id) WHERE ${toBeInflated};

  CREATE TABLE frame_block (
    instance_id bigint NOT NULL,
    block integer NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (instance_id, block)
  );
  ${keyTable('study')}
  ${keyTable('series')}
  `,
  },
  // Keys have the place of their study, so that the owners of one value are read in their order; there are rows for what
  // is missing, and for studies that are not placed at their date.
  {
    since: 2,
    sql: `
  ${placeKeys('study', 'SELECT id, partition, position FROM study')}
  ${placeKeys('series', 'SELECT se.id, st.partition, st.position FROM series se JOIN study st ON st.id = se.study_id')}
  INSERT INTO study_key SELECT k.partition, '00080020>', k.value, k.owner, k.place
    FROM study_key k JOIN study st ON st.id = k.owner
    WHERE k.path = '00080020' AND k.value <> translate(left(st.position, 8), '0123456789', '9876543210');
  ${missingKeys('study', [
    '00080020',
    '00080030',
    '00080050',
    '00080090',
    '00081030',
    '00100010',
    '00100020',
    '00100030',
    '00100040',
    '00200010',
  ])}
  ${missingKeys('series', ['00080060', '0008103E', '00200011', '00180015'])}
  `,
  },
]

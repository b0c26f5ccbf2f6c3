/*
 * One row for each study, series and instance, with its attributes as the DICOM JSON Model and its place in the order.
 * What searches match lies in the key tables as comparable texts; what only retrievals need lies in tables of its own, so
 * that a search never reads past it.
 */

import { toBeInflated } from '@sansfilm/index-sql'

/** The day and the second that a position begins with. @see placeOf */
const place = `CAST(
  CASE WHEN position GLOB '${'[0-9]'.repeat(14)}*' THEN substr(position, 1, 14)
    WHEN position GLOB '${'[0-9]'.repeat(8)}*' THEN substr(position, 1, 8) || '999999'
    ELSE '99999999999999' END AS INTEGER)`

const placesOf = {
  study: `SELECT id, partition, ${place} AS place FROM study`,
  series: `SELECT se.id, st.partition, st.place FROM series se
    JOIN (SELECT id, partition, ${place} AS place FROM study) st ON st.id = se.study_id`,
} as const

/** The table of keys once more, with places. */
const placedKeys = (level: 'study' | 'series'): string => `
  CREATE TABLE ${level}_key_placed (
    partition TEXT NOT NULL,
    path TEXT NOT NULL,
    value TEXT NOT NULL,
    place INTEGER NOT NULL,
    owner INTEGER NOT NULL REFERENCES ${level} ON DELETE CASCADE,
    PRIMARY KEY (partition, path, value, place, owner)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO ${level}_key_placed SELECT k.partition, k.path, k.value, p.place, k.owner FROM ${level}_key k
    JOIN (${placesOf[level]}) p ON p.id = k.owner;
  DROP TABLE ${level}_key;
  ALTER TABLE ${level}_key_placed RENAME TO ${level}_key;
  CREATE INDEX ${level}_key_owner ON ${level}_key (owner, path, value);
`

/** Rows for what studies or series have no value of. */
const missingKeys = (level: 'study' | 'series', paths: readonly string[]): string =>
  paths
    .map(
      (path) => `INSERT INTO ${level}_key SELECT p.partition, '${path}!', '', p.place, p.id FROM (${placesOf[level]}) p
        WHERE NOT EXISTS (SELECT 1 FROM ${level}_key k WHERE k.owner = p.id AND k.path = '${path}');`,
    )
    .join('')

/** What says how many zeros side by side a value has, from four to eight. */
const zeros = [4, 5, 6, 7, 8]
  .map((length) => `iif(instr(value, '${'0'.repeat(length)}'), char(10, 48, 57344, ${48 + length}), '')`)
  .join(' || ')

/**
 * The steps from an empty database to the present schema; `user_version` counts those taken. A step that was released is
 * never changed.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE archive (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;

  CREATE TABLE totals (
    partition TEXT PRIMARY KEY,
    studies INTEGER NOT NULL DEFAULT 0,
    series INTEGER NOT NULL DEFAULT 0,
    instances INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE study (
    id INTEGER PRIMARY KEY,
    partition TEXT NOT NULL,
    uid TEXT NOT NULL,
    position TEXT NOT NULL,
    attributes TEXT NOT NULL,
    modalities TEXT NOT NULL DEFAULT '[]',
    series INTEGER NOT NULL DEFAULT 0,
    instances INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 0,
    stored_at INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE UNIQUE INDEX study_uid ON study (partition, uid);
  CREATE UNIQUE INDEX study_order ON study (partition, position);

  CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    study_id INTEGER NOT NULL REFERENCES study ON DELETE CASCADE,
    uid TEXT NOT NULL,
    position TEXT NOT NULL,
    attributes TEXT NOT NULL,
    modality TEXT,
    instances INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 0,
    stored_at INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE UNIQUE INDEX series_uid ON series (study_id, uid);
  CREATE UNIQUE INDEX series_order ON series (study_id, position);

  CREATE TABLE instance (
    id INTEGER PRIMARY KEY,
    series_id INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
    partition TEXT NOT NULL,
    uid TEXT NOT NULL,
    position TEXT NOT NULL,
    sop_class TEXT NOT NULL,
    transfer_syntax TEXT NOT NULL,
    object_key TEXT NOT NULL,
    object_offset INTEGER NOT NULL,
    object_length INTEGER NOT NULL,
    digest TEXT NOT NULL,
    revision INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    attributes TEXT NOT NULL,
    pixel_data TEXT
  ) STRICT;
  CREATE UNIQUE INDEX instance_uid ON instance (partition, uid);
  CREATE UNIQUE INDEX instance_order ON instance (series_id, position);
  CREATE INDEX instance_object ON instance (object_key);

  CREATE TABLE metadata (
    instance_id INTEGER PRIMARY KEY REFERENCES instance ON DELETE CASCADE,
    metadata BLOB NOT NULL
  ) STRICT;

  CREATE TABLE bulk_data (
    instance_id INTEGER NOT NULL REFERENCES instance ON DELETE CASCADE,
    path TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    vr TEXT NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    encapsulated INTEGER NOT NULL,
    PRIMARY KEY (instance_id, path, ordinal)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE frame_block (
    instance_id INTEGER NOT NULL REFERENCES instance ON DELETE CASCADE,
    block INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (instance_id, block)
  ) STRICT;

  CREATE TABLE study_key (
    partition TEXT NOT NULL,
    path TEXT NOT NULL,
    value TEXT NOT NULL,
    owner INTEGER NOT NULL REFERENCES study ON DELETE CASCADE,
    PRIMARY KEY (partition, path, value, owner)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX study_key_owner ON study_key (owner, path, value);

  CREATE TABLE series_key (
    partition TEXT NOT NULL,
    path TEXT NOT NULL,
    value TEXT NOT NULL,
    owner INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
    PRIMARY KEY (partition, path, value, owner)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX series_key_owner ON series_key (owner, path, value);
  `,
  // Positions are made once now. That of a study without a date begins with the day of its arrival, in digits that sort the
  // newest first, where it began with a z.
  `
  UPDATE study SET position = printf('%08d', 99999999 - CAST(strftime('%Y%m%d', coalesce((
    SELECT min(i.stored_at) FROM series se JOIN instance i ON i.series_id = se.id WHERE se.study_id = study.id
  ), stored_at) / 1000, 'unixepoch') AS INTEGER)) || substr(position, 2)
  WHERE position GLOB 'z*';
  `,
  `
  ALTER TABLE instance ADD COLUMN inflated_key TEXT;
  ALTER TABLE instance ADD COLUMN inflated_length INTEGER;
  ALTER TABLE instance ADD COLUMN inflated_digest TEXT;
  CREATE INDEX instance_inflated ON instance (inflated_key) WHERE inflated_key IS NOT NULL;
  CREATE INDEX instance_to_be_inflated ON instance (id) WHERE ${toBeInflated};
  `,
  // Keys have the place of their study, so that the owners of one value are read in their order; there are rows for what
  // is missing, and for studies that are not placed at their date.
  `
  ${placedKeys('study')}${placedKeys('series')}
  INSERT INTO study_key SELECT partition, '00080020>', value, place, owner FROM study_key k
    WHERE path = '00080020' AND value <> (
      SELECT printf('%08d', 99999999 - CAST(substr(position, 1, 8) AS INTEGER)) FROM study WHERE id = k.owner
    );
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

  -- Which studies have three characters side by side in what patterns look for. Text in it is not kept.
  CREATE VIRTUAL TABLE study_text USING fts5 (
    text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
  );
  CREATE TRIGGER study_text_goes AFTER DELETE ON study BEGIN
    DELETE FROM study_text WHERE rowid = old.id;
  END;
  INSERT INTO study_text (rowid, text)
    SELECT owner, group_concat(value, char(10)) FROM study_key
    WHERE path NOT GLOB '*[~!>]' AND path <> '00080061'
      AND (path IN ('00100020', '00080050', '00200010') OR value GLOB '*[^0-9.]*') GROUP BY owner;
  `,
  // Texts are numbered by the place of their study, so that those with three characters are read in the order of the answer.
  // Beside the place there is room for 16 bits of the id; studies that have both in common share a text. A long run of zeros
  // in an identifier, whose three characters nearly all have, is a text of its own: a zero, a mark and the length.
  `
  DROP TRIGGER study_text_goes;
  DROP TABLE study_text;
  ALTER TABLE study ADD COLUMN text_row INTEGER AS (${place} * 65536 + id % 65536);
  CREATE INDEX study_text_row ON study (text_row);
  CREATE VIRTUAL TABLE study_text USING fts5 (
    text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
  );
  CREATE TRIGGER study_text_goes AFTER DELETE ON study
  WHEN NOT EXISTS (SELECT 1 FROM study WHERE text_row = old.text_row) BEGIN
    DELETE FROM study_text WHERE rowid = old.text_row;
  END;
  INSERT INTO study_text (rowid, text)
    SELECT st.text_row, group_concat(CASE WHEN path IN ('00100020', '00080050', '00200010') THEN value || ${zeros}
      ELSE value END, char(10))
    FROM study st JOIN study_key k ON k.owner = st.id
    WHERE path NOT GLOB '*[~!>]' AND path <> '00080061'
      AND (path IN ('00100020', '00080050', '00200010') OR value GLOB '*[^0-9.]*') GROUP BY st.text_row;
  `,
]

/** SQLite's application id of a sulam store, "SULM" in ASCII: tells it from other programs' files. */
export const APPLICATION_ID = 0x53554c4d;

/**
 * The store's schema as a ladder of migrations: entry i takes a file of version i to version i + 1 (`user_version`).
 * An entry that was released never changes; a change of the schema is a new entry.
 *
 * What carries the MLflow server, sync and queries:
 * - `run`, `experiment`, `key`, `dataset` are small integers, because a store of 10 million points repeats them in
 *   every row and index entry; the public ids are `runs.run_id` (32 hex) and the experiment's number.
 * - `metrics.seq` grows with every commit, never repeats (AUTOINCREMENT) and writers are serialised: a sync that
 *   remembers the last `seq` it sent misses no point.
 * - The unique index is MLflow's identity of a point (an identical resend adds nothing), leads with `run, key, step`
 *   and so serves the history of a curve in order, too.
 * - SQLite stores NaN as NULL, so a NaN is `is_nan` = 1 with value 0, as in MLflow. Infinities are kept as they are.
 * - `latest` is derived from `metrics` in the same transaction: greatest (step, timestamp, value), MLflow's rule.
 * - `status` is MLflow's; `crashed` is ours and means that the run's process died without a word (status FAILED).
 * - `writers` holds the process that has a run open.
 * - `synced_runs` tells which run of another server a run is: `remote_id` for one that was sent there, the same as its own
 *   for one that came from there; `seq` is the last point sent, `digest` of all that was equal on both sides when last
 *   looked at.
 * - `runs.deleted_with_experiment` is 1 when a run was deleted together with its experiment, and comes back with it.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE experiments(
    experiment INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, lifecycle_stage TEXT NOT NULL,
    artifact_location TEXT NOT NULL, creation_time INTEGER NOT NULL, last_update_time INTEGER NOT NULL) STRICT;
  CREATE TABLE experiment_tags(
    experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE, key TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY(experiment, key)) STRICT, WITHOUT ROWID;

  CREATE TABLE runs(
    run INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL UNIQUE,
    experiment INTEGER NOT NULL REFERENCES experiments, name TEXT NOT NULL, user_id TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL, crashed INTEGER NOT NULL DEFAULT 0, start_time INTEGER NOT NULL, end_time INTEGER,
    lifecycle_stage TEXT NOT NULL, deleted_time INTEGER, artifact_uri TEXT NOT NULL) STRICT;
  CREATE INDEX runs_by_time ON runs(experiment, lifecycle_stage, start_time);
  CREATE TABLE writers(
    run INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE, token TEXT NOT NULL, host TEXT NOT NULL,
    pid INTEGER NOT NULL, started TEXT NOT NULL, heartbeat INTEGER NOT NULL) STRICT;

  CREATE TABLE params(
    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, key TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY(run, key)) STRICT, WITHOUT ROWID;
  CREATE TABLE tags(
    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, key TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY(run, key)) STRICT, WITHOUT ROWID;
  CREATE INDEX tags_parent ON tags(value) WHERE key = 'mlflow.parentRunId';

  CREATE TABLE metric_keys(key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE metrics(
    seq INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    key INTEGER NOT NULL REFERENCES metric_keys, step INTEGER NOT NULL, timestamp INTEGER NOT NULL,
    value REAL NOT NULL, is_nan INTEGER NOT NULL) STRICT;
  CREATE UNIQUE INDEX metrics_identity ON metrics(run, key, step, timestamp, value, is_nan);
  CREATE TABLE latest(
    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, key INTEGER NOT NULL REFERENCES metric_keys,
    step INTEGER NOT NULL, timestamp INTEGER NOT NULL, value REAL NOT NULL, is_nan INTEGER NOT NULL,
    PRIMARY KEY(run, key)) STRICT, WITHOUT ROWID;

  CREATE TABLE datasets(
    dataset INTEGER PRIMARY KEY, experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
    name TEXT NOT NULL, digest TEXT NOT NULL, source_type TEXT NOT NULL, source TEXT NOT NULL,
    schema TEXT, profile TEXT, UNIQUE(experiment, name, digest)) STRICT;
  CREATE TABLE inputs(
    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, dataset INTEGER NOT NULL REFERENCES datasets,
    PRIMARY KEY(run, dataset)) STRICT, WITHOUT ROWID;
  CREATE TABLE input_tags(
    run INTEGER NOT NULL, dataset INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY(run, dataset, key),
    FOREIGN KEY(run, dataset) REFERENCES inputs ON DELETE CASCADE) STRICT, WITHOUT ROWID;

  CREATE TABLE artifacts(
    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, path TEXT NOT NULL, size INTEGER NOT NULL,
    sha256 TEXT NOT NULL, created INTEGER NOT NULL, PRIMARY KEY(run, path)) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE runs ADD COLUMN deleted_with_experiment INTEGER NOT NULL DEFAULT 0;
  `,
  `
  CREATE TABLE synced_runs(
    server TEXT NOT NULL, run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, remote_id TEXT NOT NULL,
    seq INTEGER NOT NULL DEFAULT 0, digest TEXT NOT NULL DEFAULT '', PRIMARY KEY(server, run)) STRICT, WITHOUT ROWID;
  CREATE TABLE synced_artifacts(
    server TEXT NOT NULL, run INTEGER NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL,
    PRIMARY KEY(server, run, path),
    FOREIGN KEY(server, run) REFERENCES synced_runs ON DELETE CASCADE) STRICT, WITHOUT ROWID;
  `,
];

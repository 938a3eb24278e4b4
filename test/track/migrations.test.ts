import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Driver } from "../../src/track/driver.ts";
import { migrate } from "../../src/track/migrate.ts";
import { openStore } from "../../src/track/openStore.ts";
import { MIGRATIONS } from "../../src/track/schema.ts";
import { scratch } from "./scratch.ts";

/** sha256 of every migration that some store may have gone through. A new one is added here when it is released. */
const RELEASED = ["4377e4f5c47b401b", "85560b0d218d450f", "6044eaf6df56de9e"];

test("no migration that stores went through has changed", () => {
  const hashes = MIGRATIONS.map((sql) => createHash("sha256").update(sql).digest("hex").slice(0, 16));
  assert.deepEqual(hashes, RELEASED);
});

test("a store of schema 1 opens, keeps all it had, and does what the present one does", (t) => {
  const dir = join(scratch(t), "old");
  mkdirSync(dir);
  const old = new Driver(join(dir, "runs.db"));
  migrate(old, MIGRATIONS.slice(0, 1));
  assert.equal(old.pragma("user_version"), 1);
  const [kept, gone] = ["a".repeat(32), "b".repeat(32)];
  // As the first version wrote it.
  old.exec(`
    INSERT INTO experiments VALUES(0, 'Default', 'active', 'mlflow-artifacts:/0', 1, 1), (1, 'e', 'active', 'mlflow-artifacts:/1', 2, 2);
    INSERT INTO experiment_tags VALUES(1, 'team', 'nlp');
    INSERT INTO runs VALUES(1, '${kept}', 1, 'one', 'ada', 'FINISHED', 0, 10, 20, 'active', NULL, 'mlflow-artifacts:/1/${kept}/artifacts'),
      (2, '${gone}', 1, 'two', '', 'RUNNING', 0, 11, NULL, 'deleted', 12, 'mlflow-artifacts:/1/${gone}/artifacts');
    INSERT INTO params VALUES(1, 'lr', '0.1');
    INSERT INTO tags VALUES(1, 'mlflow.runName', 'one');
    INSERT INTO metric_keys VALUES(1, 'loss');
    INSERT INTO metrics VALUES(1, 1, 1, 0, 1, 2.5, 0), (2, 1, 1, 1, 2, 0, 1);
    INSERT INTO latest VALUES(1, 1, 1, 2, 0, 1);
  `);
  old.close();
  const store = openStore({ dir });
  t.after(() => store.close());
  assert.equal(store.parts.db.pragma("user_version"), MIGRATIONS.length);
  const [run] = store.searchRuns({ filter: "params.lr = '0.1'" }).runs;
  assert.deepEqual(
    [run.runId, run.name, run.status, run.endTime, run.metrics],
    [kept, "one", "FINISHED", 20, { loss: Number.NaN }],
  );
  assert.deepEqual(
    store.history(kept, "loss").map(({ value }) => value),
    [2.5, Number.NaN],
  );
  assert.deepEqual(store.experiments.get("1").tags, { team: "nlp" });
  store.log(kept, { metrics: [{ key: "loss", value: 1, step: 2, timestamp: 3 }] });
  store.experiments.delete("1");
  store.experiments.restore("1");
  assert.deepEqual([store.run(kept).lifecycleStage, store.run(gone).lifecycleStage], ["active", "deleted"]);
});

test("a store of the next schema is refused, and left as it is", (t) => {
  const dir = scratch(t);
  openStore({ dir }).close();
  const db = new Driver(join(dir, "runs.db"));
  migrate(db, [...MIGRATIONS, "CREATE TABLE of_the_future(a)"]);
  db.close();
  const before = readFileSync(join(dir, "runs.db"));
  assert.throws(
    () => openStore({ dir }),
    new RegExp(`schema ${MIGRATIONS.length + 1} .* newer sulam; this one knows ${MIGRATIONS.length}\\.`),
  );
  assert.deepEqual(readFileSync(join(dir, "runs.db")), before);
});

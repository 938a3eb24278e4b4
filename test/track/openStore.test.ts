import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Driver } from "../../src/track/driver.ts";
import { journalMode } from "../../src/track/journalMode.ts";
import { migrate } from "../../src/track/migrate.ts";
import { openStore } from "../../src/track/openStore.ts";
import { MIGRATIONS } from "../../src/track/schema.ts";
import { storeDir } from "../../src/track/storeDir.ts";
import { StoreError } from "../../src/track/storeError.ts";
import { scratch } from "./scratch.ts";

test("the default folder lies beside the nearest package.json, the same from notebooks/", (t) => {
  const root = scratch(t);
  mkdirSync(join(root, "notebooks/deep"), { recursive: true });
  writeFileSync(join(root, "package.json"), "{}");
  const expected = { dir: join(root, ".sulam"), isDefault: true };
  assert.deepEqual(storeDir({ env: {}, cwd: root }), expected);
  assert.deepEqual(storeDir({ env: {}, cwd: join(root, "notebooks/deep") }), expected);
});

test("the option wins over SULAM_STORE, which wins over the default; both are taken from cwd", () => {
  const env = { SULAM_STORE: "from-env" };
  assert.deepEqual(storeDir({ dir: "given", env, cwd: "/w" }), { dir: "/w/given", isDefault: false });
  assert.deepEqual(storeDir({ env, cwd: "/w" }), { dir: "/w/from-env", isDefault: false });
  assert.equal(storeDir({ env: { SULAM_STORE: "" }, cwd: "/w" }).isDefault, true);
});

test("git does not see the default folder", (t) => {
  const root = scratch(t);
  writeFileSync(join(root, "package.json"), "{}");
  execFileSync("git", ["init", "-q"], { cwd: root });
  openStore({ cwd: root, env: {} }).close();
  assert.ok(existsSync(join(root, ".sulam/runs.db")));
  const status = execFileSync("git", ["status", "--porcelain"], { cwd: root, encoding: "utf8" });
  assert.equal(status, "?? package.json\n");
});

test("a local disk gets WAL with NORMAL, a network file system the rollback journal with FULL", (t) => {
  const dir = scratch(t);
  assert.equal(journalMode(dir), "wal");
  // statfs(2) gives NFS_SUPER_MAGIC 0x6969; CIFS may come as a negative 32-bit number.
  assert.equal(journalMode(dir, 0x6969), "delete");
  assert.equal(journalMode(dir, 0xff534d42 | 0), "delete");
  assert.equal(journalMode(dir, 0xef53), "wal");
  openStore({ dir }).close();
  openStore({ dir, journal: "delete" }).close();
  const db = new Driver(join(dir, "runs.db"));
  assert.equal(db.pragma("journal_mode"), "delete");
  db.close();
});

test("a store without WAL works like any other", (t) => {
  const dir = scratch(t);
  const store = openStore({ dir, journal: "delete" });
  const id = store.createRun();
  store.log(id, { metrics: [{ key: "a", value: 1, step: 0, timestamp: 0 }] });
  assert.deepEqual(store.run(id).metrics, { a: 1 });
  assert.equal(existsSync(join(dir, "runs.db-wal")), false);
  store.close();
});

test("an older file is upgraded and keeps its runs; the upgrade is all or nothing", (t) => {
  const dir = scratch(t);
  const store = openStore({ dir });
  const id = store.createRun({ name: "old" });
  store.close();
  const db = new Driver(join(dir, "runs.db"));
  const broken = [...MIGRATIONS, "ALTER TABLE runs ADD COLUMN colour TEXT; SELECT no_such_function();"];
  assert.throws(() => migrate(db, broken), StoreError);
  assert.equal(db.pragma("user_version"), MIGRATIONS.length);
  assert.throws(() => db.get("SELECT colour FROM runs"), StoreError);
  migrate(db, [...MIGRATIONS, "ALTER TABLE runs ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue'"]);
  assert.deepEqual(db.get("SELECT run_id, colour FROM runs"), { run_id: id, colour: "blue" });
  assert.equal(db.pragma("user_version"), MIGRATIONS.length + 1);
  db.close();
});

test("a file from a newer sulam is refused in one sentence and left as it is", (t) => {
  const dir = scratch(t);
  openStore({ dir }).close();
  const db = new Driver(join(dir, "runs.db"));
  db.pragma("user_version = 99");
  db.close();
  const before = readFileSync(join(dir, "runs.db"));
  assert.throws(() => openStore({ dir }), /schema 99 .* newer sulam; this one knows \d+\. Update with/);
  assert.deepEqual(readFileSync(join(dir, "runs.db")), before);
});

test("a foreign SQLite file is refused and left as it is", (t) => {
  const dir = scratch(t);
  const db = new Driver(join(dir, "runs.db"));
  db.exec("CREATE TABLE experiments(a)");
  db.close();
  const before = readFileSync(join(dir, "runs.db"));
  assert.throws(() => openStore({ dir }), /belongs to another program\. Choose another folder/);
  assert.deepEqual(readFileSync(join(dir, "runs.db")), before);
});

test("garbage in place of the file is refused and left as it is", (t) => {
  const dir = scratch(t);
  const garbage = Buffer.from("this is not a database ".repeat(500));
  writeFileSync(join(dir, "runs.db"), garbage);
  assert.throws(
    () => openStore({ dir }),
    (error: unknown) => error instanceof StoreError && /not even an SQLite file/.test(error.message),
  );
  assert.deepEqual(readFileSync(join(dir, "runs.db")), garbage);
});

test("a truncated store gives one clear error", (t) => {
  const dir = scratch(t);
  const store = openStore({ dir });
  for (let i = 0; i < 50; i++) store.createRun({ tags: { filler: "x".repeat(4000) } });
  store.close();
  const whole = readFileSync(join(dir, "runs.db"));
  writeFileSync(join(dir, "runs.db"), whole.subarray(0, whole.length / 2));
  assert.throws(
    () => openStore({ dir }).runs(),
    (error: unknown) => {
      assert.ok(error instanceof StoreError);
      assert.match(error.message, /the store is damaged/);
      return true;
    },
  );
});

test("a file where the folder should be is one clear error", (t) => {
  const dir = join(scratch(t), "file");
  writeFileSync(dir, "");
  assert.throws(() => openStore({ dir }), /a file is where a folder should be/);
});

import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { Outbox, type Parcel } from "../../src/track/outbox.ts";
import { StoreError } from "../../src/track/storeError.ts";
import { TrackError } from "../../src/track/trackError.ts";
import { withRun } from "../../src/track/withRun.ts";
import { scratch, scratchStore } from "./scratch.ts";

/** A store that fails when told, an outbox before it, and a clock. */
function room() {
  const state = { isFull: false, time: 0, stored: [] as string[], warnings: [] as string[], tries: 0 };
  const outbox = new Outbox(
    () => state.time,
    (message) => state.warnings.push(message),
  );
  const parcel = (what: string, count = 1): Parcel => ({
    what,
    count,
    store() {
      state.tries++;
      if (state.isFull) throw new StoreError("runs.db", "the disk is full", "Free some space.");
      state.stored.push(what);
    },
  });
  return { state, outbox, parcel };
}

test("while the store fails, parcels are kept in order, one warning is given, and nothing throws", () => {
  const { state, outbox, parcel } = room();
  outbox.send(parcel("a"));
  state.isFull = true;
  for (const what of ["b", "c", "d"]) outbox.send(parcel(what));
  assert.deepEqual(state.stored, ["a"]);
  assert.equal(state.warnings.length, 1);
  assert.match(state.warnings[0], /The run goes on.*the disk is full/);
  state.isFull = false;
  state.time = 60_000;
  outbox.send(parcel("e"));
  assert.deepEqual(state.stored, ["a", "b", "c", "d", "e"]);
  assert.equal(state.warnings.length, 2);
  assert.deepEqual(outbox.close(), []);
  assert.equal(state.warnings.length, 2);
});

test("a failing store is tried again after 1, 2, 4 s and so on, so that it does not slow the work", () => {
  const { state, outbox, parcel } = room();
  state.isFull = true;
  for (state.time = 0; state.time < 8_000; state.time += 100) outbox.send(parcel("m"));
  // At 0, 1, 3 and 7 s.
  assert.equal(state.tries, 4);
  state.time = -3_600_000;
  outbox.retry();
  assert.equal(state.tries, 5, "a clock that went back an hour does not stop the tries");
});

test("the end says what is not stored", () => {
  const { state, outbox, parcel } = room();
  state.isFull = true;
  outbox.send(parcel("metrics", 40));
  outbox.send(parcel("metrics", 2));
  outbox.send(parcel("artifact model.bin"));
  assert.deepEqual(outbox.close(), ["42 metrics", "1 artifact model.bin"]);
  assert.match(state.warnings.at(-1) as string, /not stored: 42 metrics, 1 artifact model\.bin\./);
});

test("the caller's fault is thrown at once; found later, it is warned of and holds up nothing", () => {
  const { state, outbox, parcel } = room();
  const wrong: Parcel = {
    what: "params",
    count: 1,
    store() {
      if (state.isFull) throw new StoreError("runs.db", "the disk is full", "Free some space.");
      throw new TrackError("INVALID_PARAMETER_VALUE", "param", "`lr` was logged as `1`", "Start another run.");
    },
  };
  assert.throws(() => outbox.send(wrong), TrackError);
  state.isFull = true;
  outbox.send(wrong);
  outbox.send(parcel("a"));
  state.isFull = false;
  assert.deepEqual(outbox.close(), ["1 params"]);
  assert.deepEqual(state.stored, ["a"]);
  assert.ok(state.warnings.some((message) => message.includes("`lr` was logged as `1`")));
});

test("a file that was removed while it waited is told at the end and holds up nothing", async (t) => {
  const store = scratchStore(t);
  const weights = join(scratch(t), "weights.bin");
  writeFileSync(weights, "w");
  const warnings: string[] = [];
  const id = await withRun({ store, onWarning: (message) => warnings.push(message) }, (run) => {
    run.text("first.txt", "1");
    // a file where a folder must be: the store fails until it is gone
    const blocked = join(dirname(store.artifactFile(run.id, "first.txt")), "models");
    writeFileSync(blocked, "");
    run.artifact(weights, "models/weights.bin");
    run.metrics({ loss: 1 });
    run.text("models/card.md", "2");
    rmSync(weights);
    rmSync(blocked);
    return run.id;
  });
  assert.equal(store.run(id).status, "FINISHED");
  assert.deepEqual(store.run(id).metrics, { loss: 1 });
  assert.equal(Buffer.from(store.readArtifact(id, "models/card.md")).toString(), "2");
  assert.equal(warnings.at(-1), "The run ended and this is not stored: 1 artifact models/weights.bin.");
});

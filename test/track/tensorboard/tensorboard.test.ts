import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { encodeScalar, encodeVersion } from "../../../src/track/tensorboard/events.ts";
import { exportTensorboard } from "../../../src/track/tensorboard/exportTensorboard.ts";
import { importTensorboard } from "../../../src/track/tensorboard/importTensorboard.ts";
import { encodeRecord, maskedCrc, readRecords } from "../../../src/track/tensorboard/records.ts";
import { cli } from "../../cli/cli.ts";
import { scratch, scratchStore } from "../scratch.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/track");
const simple = readFileSync(join(fixtures, "simple.tfevents.bin"));

/** A log folder as TensorBoard's writers leave it: two runs, one below the other. */
function logs(t: TestContext): string {
  const folder = scratch(t);
  mkdirSync(join(folder, "train/second"), { recursive: true });
  copyFileSync(join(fixtures, "simple.tfevents.bin"), join(folder, "train/events.out.tfevents.1000.host"));
  copyFileSync(join(fixtures, "tensors.tfevents.bin"), join(folder, "train/second/events.out.tfevents.2000.host"));
  return folder;
}

describe("TensorBoard's records", () => {
  test("the checksum is that of the format's own check value", () => {
    // CRC-32C of "123456789" is e3069283 (RFC 3720, B.4 names the polynomial); masked as TensorFlow does
    const masked = (((0xe3069283 >>> 15) | (0xe3069283 << 17)) + 0xa282ead8) >>> 0;
    assert.equal(maskedCrc(Buffer.from("123456789")), masked);
  });

  test("events are written byte for byte as TensorBoard's own writer does", () => {
    const points = [
      { wallTime: 1001.25, step: 0, tag: "loss/train", value: 0.5 },
      { wallTime: 1002, step: 1, tag: "loss/train", value: Number.NaN },
      { wallTime: 1003, step: 300, tag: "loss/train", value: Number.POSITIVE_INFINITY },
      { wallTime: 1003.5, step: 7, tag: "ketepatan – dev", value: -2 },
    ];
    const events = [encodeVersion(1000.5), ...points.map(encodeScalar)];
    assert.deepEqual(Buffer.concat(events.map(encodeRecord)), simple);
  });

  test("a file that was cut off anywhere gives its whole records, and one changed byte is told", () => {
    const whole = [...readRecords(simple, "f")].length;
    assert.equal(whole, 5);
    for (let length = 0; length < simple.length; length++)
      assert.ok([...readRecords(simple.subarray(0, length), "f")].length < whole);
    for (let at = 0; at < simple.length; at += 7) {
      const changed = Buffer.from(simple);
      changed[at]! ^= 0x10;
      assert.throws(
        () => [...readRecords(changed, "f")],
        /^InputError: f: is damaged, or no TensorBoard event file: .* byte \d+/,
      );
    }
  });
});

describe("TensorBoard's logs", () => {
  test("come as runs with their scalars, of either form; what is no scalar is passed over", (t) => {
    const store = scratchStore(t);
    const ids = importTensorboard(store, logs(t));
    const [first, second] = ids.map((id) => store.run(id));
    assert.deepEqual([first!.name, second!.name, first!.experiment], ["train", "train/second", "TensorBoard"]);
    assert.deepEqual([first!.status, first!.startTime, first!.endTime], ["FINISHED", 1_001_250, 1_003_500]);
    const curve = (id: string, key: string): number[][] =>
      store.history(id, key).map(({ step, timestamp, value }) => [step, timestamp, value]);
    assert.deepEqual(curve(ids[0]!, "loss/train"), [
      [0, 1_001_250, 0.5],
      [1, 1_002_000, Number.NaN],
      [300, 1_003_000, Number.POSITIVE_INFINITY],
    ]);
    assert.deepEqual(curve(ids[0]!, "ketepatan _ dev"), [[7, 1_003_500, -2]]);
    assert.deepEqual(Object.keys(second!.metrics), ["epoch_loss"]);
    assert.deepEqual(
      curve(ids[1]!, "epoch_loss").map(([step, , value]) => [step, value]),
      [
        [5, 0.25],
        [6, 0.125],
        [7, 0.0625],
      ],
    );
  });

  test("are refused the second time, and where there are none", (t) => {
    const [store, folder] = [scratchStore(t), logs(t)];
    importTensorboard(store, folder);
    assert.throws(() => importTensorboard(store, folder), /run [0-9a-f]{32} is in the store/);
    assert.throws(() => importTensorboard(store, scratch(t)), /has no TensorBoard event file/);
    // a file that only mentions the word, as our own fixtures do
    assert.throws(() => importTensorboard(store, fixtures), /has no TensorBoard event file/);
    assert.throws(() => importTensorboard(store, join(folder, "absent")), /no such file or folder/);
    const bad = scratch(t);
    writeFileSync(join(bad, "events.out.tfevents.1.x"), "hello, this is some text that is no record");
    assert.throws(() => importTensorboard(store, bad), /is damaged, or no TensorBoard event file/);
    assert.equal(store.runs().length, 2);
  });

  test("go out and come back the same, but for float32", async (t) => {
    const [store, back, folder] = [scratchStore(t), scratchStore(t), scratch(t)];
    const run = store.createRun({ name: "a/b", startTime: 5_000_000 });
    const values = [0.1, Number.NaN, Number.NEGATIVE_INFINITY, 1e-8, 3];
    store.log(run, {
      metrics: values.map((value, i) => ({ key: "dev/r", value, step: i - 1, timestamp: 5_000_000 + i })),
    });
    const file = await exportTensorboard(store, run, folder);
    assert.match(file, /a_b-[0-9a-f]{8}.events\.out\.tfevents\.5000\.sulam$/);
    const [id] = importTensorboard(back, folder);
    assert.deepEqual(
      back.history(id!, "dev/r"),
      store.history(run, "dev/r").map((point) => ({ ...point, value: Math.fround(point.value) })),
    );
  });
});

describe("sulam runs import and export", () => {
  test("take TensorBoard's logs, and write them", async (t) => {
    const [store, out, folder] = [scratch(t), scratch(t), logs(t)];
    const brought = await cli(["runs", "import", folder, "--store", store, "--json"]);
    assert.equal(brought.code, 0, brought.err);
    const [id] = JSON.parse(brought.out) as string[];
    const written = await cli(["runs", "export", id!, "--format", "tensorboard", "--output", out, "--store", store]);
    assert.equal(written.code, 0, written.err);
    const file = / ?(\S+) is written\./.exec(written.err)![1]!;
    assert.equal([...readRecords(readFileSync(file), file)].length, 5);
    const nowhere = await cli(["runs", "export", id!, "--format", "tensorboard", "--store", store]);
    assert.deepEqual([nowhere.code, nowhere.out], [1, ""]);
    assert.match(nowhere.err, /wanted a folder for tensorboard\. Add --output DIR/);
  });
});

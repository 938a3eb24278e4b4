import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { readNpy, writeNpy } from "../../src/data/npy.ts";

const fixtures = fileURLToPath(new URL("../fixtures/data/", import.meta.url));
const values = { data: Float32Array.from({ length: 15 }, (_, i) => Math.fround((i - 7) / 3)), n: 3, d: 5 };
const dir = await mkdtemp(join(tmpdir(), "sulam-npy-"));

describe("npy", () => {
  it("writes the very bytes that numpy.save writes", async () => {
    await writeNpy(join(dir, "values.npy"), values);
    assert.deepEqual(await readFile(join(dir, "values.npy")), await readFile(`${fixtures}values.npy`));
    assert.deepEqual(await readdir(dir), ["values.npy"]);
  });

  it("reads what numpy.save wrote", async () => {
    assert.deepEqual(await readNpy(`${fixtures}values.npy`), values);
  });

  it("keeps NaN, infinities, -0 and 5 MB of values, and an empty matrix", async () => {
    const data = Float32Array.from({ length: 1_300_000 }, (_, i) => Math.sin(i));
    data.set([Number.NaN, Number.POSITIVE_INFINITY, -0]);
    for (const vectors of [
      { data, n: 650_000, d: 2 },
      { data: new Float32Array(0), n: 0, d: 7 },
    ]) {
      await writeNpy(join(dir, "big.npy"), vectors);
      const back = await readNpy(join(dir, "big.npy"));
      assert.deepEqual([back.n, back.d], [vectors.n, vectors.d]);
      assert.ok(Buffer.from(back.data.buffer).equals(Buffer.from(vectors.data.buffer)));
    }
  });

  it("refuses every truncation of a file, and bytes left over", async () => {
    const whole = readFileSync(`${fixtures}values.npy`);
    const path = join(dir, "cut.npy");
    for (let size = 0; size < whole.length; size++) {
      await writeFile(path, whole.subarray(0, size));
      await assert.rejects(readNpy(path), { name: "InputError" }, `cut at ${size}`);
    }
    await writeFile(path, Buffer.concat([whole, Buffer.from([0])]));
    await assert.rejects(readNpy(path), /must be 188 bytes long by its header, it is 189/);
  });

  it("refuses other dtypes and orders by name", async () => {
    await assert.rejects(readNpy(`${fixtures}values-float64.npy`), /must hold float32 .*'<f8'.* Save x\.astype/);
    await assert.rejects(readNpy(`${fixtures}values-fortran.npy`), /must hold float32 .*'fortran_order': True/);
    await assert.rejects(readNpy(join(dir, "none.npy")), /none\.npy: cannot be opened/);
  });
});

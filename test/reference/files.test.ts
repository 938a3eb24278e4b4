import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { writeNpy } from "../../src/data/npy.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { readSafetensors, writeSafetensors } from "../../src/engine/safetensors.ts";
import { ask, scratch, skip } from "./python.ts";

interface Answer {
  ours: Record<string, [dtype: string, shape: number[], values: number[]]>;
  metadata: Record<string, string>;
  rounded: number[];
  half: number[];
  npy: number[][];
}

describe("files go to Python and back", { skip }, async () => {
  test("safetensors of every dtype, and .npy", async () => {
    const engine = await openEngine({ threads: 1 });
    const random = new Random(4);
    const data = Float32Array.from({ length: 15 }, () => random.normal());
    const shape = [3, 5];
    const folder = scratch();
    const paths = {
      ours: join(folder, "ours.safetensors"),
      theirs: join(folder, "theirs.safetensors"),
      npy: join(folder, "a.npy"),
    };
    const x = engine.tensor(data, shape);
    const tensors = new Map([
      ["x", x],
      ["half", engine.cast(x, "bfloat16")],
      ["ids", engine.arange(0, 4)],
    ]);
    writeSafetensors(engine, paths.ours, tensors, { format: "pt", note: "tanda – 印" });
    await writeNpy(paths.npy, { data, n: 3, d: 5 });
    const answer = ask<Answer>("files.py", { values: [...data], shape, ...paths });
    assert.deepEqual(answer.ours, {
      x: ["torch.float32", shape, [...data]],
      half: ["torch.bfloat16", shape, answer.rounded],
      ids: ["torch.int64", [4], [0, 1, 2, 3]],
    });
    assert.deepEqual(answer.metadata, { format: "pt", note: "tanda – 印" });
    assert.deepEqual(answer.npy.flat(), [...data]);

    const read = readSafetensors(engine, paths.theirs);
    const values = (name: string) => [...engine.toFloat32(read.tensors.get(name)!)];
    assert.deepEqual(read.metadata, answer.metadata);
    assert.deepEqual(values("float32"), [...data]);
    assert.deepEqual(values("bfloat16"), answer.rounded);
    assert.deepEqual(values("float16"), answer.half);
    assert.deepEqual(values("scalar"), [2.5]);
    assert.deepEqual(read.tensors.get("empty")!.shape, [0, 3]);
    assert.deepEqual(
      [...engine.toInt32(read.tensors.get("int64")!)],
      [...data].map((v) => Math.trunc(Math.fround(v * 1000))),
    );
    assert.deepEqual(
      [...engine.toInt32(read.tensors.get("bool")!)],
      [...data].map((v) => Number(v > 0)),
    );
  });
});

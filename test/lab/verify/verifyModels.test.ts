import assert from "node:assert/strict";
import { appendFileSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { verifyRun } from "../../../src/lab/verify/verifyRun.ts";
import { project } from "./project.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/model");
const made = project();
let runId = "";

/** Models too large for git lie in a folder that it ignores. */
const EXPERIMENT = `name: several
threads: 1
data: { name: tiny.jsonl, trainFields: [query] }
model: { name: kept/st6-bert }
mine: { perQuery: 2, window: [0, 10] }
train: { batchSize: 8, maxSteps: 2, warmupSteps: 1 }
evaluate: { fields: [query], k: [1], intervals: { resamples: 20 } }
systems:
  first: { kind: base }
  second: { kind: base, model: kept/st5-cls }
  mined: { kind: finetune, negatives: mined, mine: { rescore: kept/cross-encoder } }
`;

before(async () => {
  for (const name of ["st6-bert", "st5-cls", "cross-encoder"])
    cpSync(join(fixtures, name), join(made.folder, "kept", name), { recursive: true });
  appendFileSync(join(made.folder, ".gitignore"), "kept\n");
  writeFileSync(join(made.folder, "tiny.yaml"), EXPERIMENT);
  made.git("add", "-A");
  made.git("commit", "-q", "-m", "several models");
  runId = await made.run();
});

async function verify(): Promise<{ verdict: string; names: string[] }> {
  const given = { run: runId, cwd: made.folder, env: made.env, storeDir: join(made.folder, ".sulam") };
  const { verdict, differences } = await verifyRun(given);
  return { verdict, names: differences.map(({ what, name }) => `${what} ${name}`) };
}

/** Runs something while the last bit of a model's first word embedding is another. */
async function changed<R>(model: string, work: () => Promise<R>): Promise<R> {
  const file = join(made.folder, "kept", model, "model.safetensors");
  const bytes = readFileSync(file);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString("utf8", 8, start)) as Record<string, { data_offsets: [number, number] }>;
  const name = Object.keys(header).find((tensor) => tensor.endsWith("word_embeddings.weight")) as string;
  const other = Buffer.from(bytes);
  // float32, little-endian: the lowest byte comes first
  other[start + header[name].data_offsets[0]] ^= 1;
  writeFileSync(file, other);
  try {
    return await work();
  } finally {
    writeFileSync(file, bytes);
  }
}

test("models that lie beside the code, outside git, are found again: bit for bit the same", async () => {
  assert.deepEqual(await verify(), { verdict: "bit-equal", names: [] });
});

test("one bit of a further base's weights is found, and which system it is", async () => {
  const { verdict, names } = await changed("st5-cls", verify);
  assert.equal(verdict, "different");
  assert.ok(names.includes("weights base.second"), names.join(", "));
  assert.ok(!names.some((name) => /^(config|weights base$|weights rescore)/.test(name)), names.join(", "));
});

test("one bit of a cross-encoder's weights is found, and for which system it judges", async () => {
  const { verdict, names } = await changed("cross-encoder", verify);
  assert.equal(verdict, "different");
  assert.ok(names.includes("weights rescore.mined"), names.join(", "));
});

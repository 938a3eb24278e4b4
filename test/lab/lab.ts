import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { Random } from "../../src/base/random.ts";
import type { Experiment } from "../../src/config/experiment.ts";
import { parseExperiment } from "../../src/config/parseExperiment.ts";

/** A folder for the tests of a file; it is removed at the end. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "sulam-lab-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a dataset of 40 rows in 10 topics, whose queries share words with their passages. @returns its path */
export function tinyDataset(folder: string): string {
  const random = new Random(3);
  const words = "kucing anjing rumah jalan hujan panas nasi ikan kereta buku sekolah pasar laut bukit sungai".split(
    " ",
  );
  const rows = Array.from({ length: 40 }, (_, i) => {
    const topic = Math.floor(i / 4);
    const own = `${words[topic]} ${words[10 + (i % 4)]} nombor${i}`;
    const passage = `${own} ${random.sample(words, 6).join(" ")}`;
    const split = topic < 6 ? "train" : topic < 8 ? "dev" : "test";
    return { id: `r${i}`, topic: `t${topic}`, split, passage, query: `di mana ${own}`, formal: `sila cari ${own}` };
  });
  const file = join(folder, "tiny.jsonl");
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return file;
}

/** A small experiment on that dataset: seconds on one thread. */
export function tinyExperiment(data: string, ...overrides: string[]): Experiment {
  return parseExperiment(tinyYaml(data), { overrides });
}

/** The same as its file says it. */
export function tinyYaml(data: string): string {
  return `name: tiny
experiment: lab-tests
threads: 1
data: { name: ${JSON.stringify(data)}, trainFields: [query, formal] }
model: { maxLength: 32, fresh: { hiddenSize: 16, numHiddenLayers: 1, numAttentionHeads: 2, intermediateSize: 32, vocabSize: 400 } }
mine: { perQuery: 2, window: [0, 10] }
train: { batchSize: 8, lr: 1e-2, epochs: 2, warmupSteps: 1 }
evaluate: { fields: [query, formal], k: [1, 5], intervals: { resamples: 50 } }
systems:
  bm25: { kind: bm25 }
  untrained: { kind: base }
  tuned: { kind: finetune }
  mined: { kind: finetune, from: tuned, negatives: mined, mineWith: tuned, train: { epochs: 1 } }
  hybrid: { kind: hybrid, dense: tuned, weight: dev }
`;
}

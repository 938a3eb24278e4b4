import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { ConfigError } from "../../src/base/errors.ts";
import { Random } from "../../src/base/random.ts";
import { chunkForm } from "../../src/config/chunkForm.ts";
import type { FinetuneSystem, HybridSystem } from "../../src/config/experiment.ts";
import { parseExperiment } from "../../src/config/parseExperiment.ts";

const minimal = "name: x\nsystems: { zero: { kind: base } }\n";
const folder = new URL("../../experiments/", import.meta.url);

/** The message of the ConfigError that the text gives. */
function complaint(text: string, overrides: string[] = []): string {
  try {
    parseExperiment(text, { who: "x.yaml", overrides });
  } catch (error) {
    assert.ok(error instanceof ConfigError, `not a ConfigError: ${error}`);
    return error.message;
  }
  throw new assert.AssertionError({ message: "no complaint" });
}

test("an experiment that says next to nothing has the settings of the reference training", () => {
  const experiment = parseExperiment(minimal);
  // minilm_reference.py: AdamW lr 1e-4, linear, batch 32, one epoch, 128 tokens, scale 50 = 1/.02; torch decays by .01
  assert.deepEqual(experiment.train, {
    loss: { name: "infoNce", temperature: 1 / 50, bothDirections: false },
    epochs: 1,
    batchSize: 32,
    lr: 1e-4,
    schedule: "linear",
    maxLength: 128,
    tokenBudget: 16384,
    weightDecay: 0.01,
    decayAll: false,
    maskGroup: true,
    batches: "shuffled",
    autocast: false,
  });
  assert.deepEqual(experiment.model, { name: "minilm" });
  assert.deepEqual(experiment.evaluate.k, [1, 3, 5, 10]);
  assert.deepEqual(experiment.evaluate.intervals, { resamples: 1000, seed: 0 });
});

test("noise is measured only when asked for, then with all kinds unless some are named", () => {
  assert.equal(parseExperiment(minimal).evaluate.noise, undefined);
  const { noise } = parseExperiment(minimal, { overrides: ["evaluate.noise.strengths=[0.5]"] }).evaluate;
  const kinds = ["shortform", "manglish", "particle", "dialect", "reduplication", "typing"];
  assert.deepEqual(noise, { strengths: [0.5], kinds, seed: 0 });
  assert.match(complaint(minimal, ["evaluate.noise.kinds=[tiping]"]), /got "tiping"; the nearest is typing/);
  assert.match(complaint(minimal, ["evaluate.noise.strengths=[0]"]), /must be a number above 0, at most 1, got 0/);
});

test("long documents are searched only when asked for, and each way of cutting them must be one", () => {
  assert.equal(parseExperiment(minimal).evaluate.rag, undefined);
  const { rag } = parseExperiment(minimal, { overrides: ["evaluate.rag={}"] }).evaluate;
  assert.deepEqual([rag?.perDocument, rag?.k], [24, [1, 5]]);
  assert.deepEqual(rag?.chunks.map(chunkForm).slice(0, 2), ["whole", { by: "paragraphs", words: 512, overlap: 0 }]);
  assert.deepEqual(chunkForm("words:128:32"), { by: "words", words: 128, overlap: 32 });
  for (const wrong of ["pages:3", "words", "words:0", "words:8:8", "whole:2"])
    assert.match(complaint(minimal, [`evaluate.rag.chunks=["${wrong}"]`]), /chunks\.0.*must be whole, or UNIT:WORDS/);
});

test("every committed experiment is right", () => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
  assert.ok(files.includes("quickstart.yaml") && files.includes("parity.yaml") && files.includes("decoder-small.yaml"));
  for (const file of files) {
    const { name } = parseExperiment(readFileSync(new URL(file, folder), "utf8"), { who: file });
    assert.equal(`${name}.yaml`, file);
  }
});

test("a system's own settings lie over the experiment's, and those over the defaults", () => {
  const text = `${"name: x\ntrain: { lr: 3e-4, epochs: 2 }\nmine: { perQuery: 7 }\n"}systems:
  bm25: { kind: bm25 }
  a: { kind: finetune }
  b: { kind: finetune, negatives: mined, train: { epochs: 5, loss: { name: triplet } }, mine: { margin: 0.1 } }
  h: { kind: hybrid, dense: b }`;
  const { systems } = parseExperiment(text);
  const [a, b] = [systems.a as FinetuneSystem, systems.b as FinetuneSystem];
  assert.deepEqual([a.train.lr, a.train.epochs, a.train.batchSize], [3e-4, 2, 32]);
  assert.deepEqual(
    [b.train.lr, b.train.epochs, b.train.loss],
    [3e-4, 5, { name: "triplet", margin: 1, distance: "euclidean" }],
  );
  assert.deepEqual([b.mine.perQuery, b.mine.margin], [7, 0.1]);
  assert.equal((systems.h as HybridSystem).lexical, "bm25");
  assert.equal((systems.h as HybridSystem).weight, "dev");
});

test("all problems are told at once, each with line, column, key path, and the nearest right word", () => {
  const message = complaint(`name: x
dta: { name: malay-mini }
batchSize: 3
train:
  lr: fast
  warmupsteps: 20
  loss: { name: infonce }
mine: { perQuery: 0, window: [1] }
systems:
  a: { kind: bse }
  b: { kind: finetune, train: { epoch: 3 } }
`);
  const expected = [
    "2:1  `dta` is not a key; the nearest is `data`",
    "3:1  `batchSize` is not a key here; it stands at `train.batchSize`",
    '5:3  `train.lr` must be a number above 0, at most 10, got "fast"',
    "6:3  `train.warmupsteps` is not a key; the nearest is `train.warmupSteps`",
    '7:11  `train.loss.name` must be one of infoNce, pairContrastive, triplet, got "infonce"; the nearest is infoNce',
    "8:9  `mine.perQuery` must be a whole number of at least 1, got 0",
    "8:22  `mine.window` must be a list of 2, each a whole number of at least 0, got [1]",
    '10:8  `systems.a.kind` must be one of bm25, base, finetune, hybrid, endpoint, got "bse"; the nearest is base',
    "11:33  `systems.b.train.epoch` is not a key; the nearest is `systems.b.train.epochs`",
  ];
  assert.deepEqual(
    message.split("\n").slice(1, -1),
    expected.map((line) => `  ${line}`),
  );
  assert.match(message, /^x\.yaml: 9 problems\n/);
});

test("any one-letter slip in any key is answered with the right key", () => {
  const keys = ["seed", "data.name", "data.trainFields", "model.maxLength", "train.batchSize", "train.weightDecay"];
  const random = new Random(5);
  for (const path of [...keys, "mine.perQuery", "evaluate.split", "evaluate.intervals.resamples"]) {
    for (let trial = 0; trial < 20; trial++) {
      const dot = path.lastIndexOf(".") + 1;
      const at = dot + random.int(path.length - dot);
      const slip = [
        path.slice(0, at) + path.slice(at + 1),
        `${path.slice(0, at)}q${path.slice(at)}`,
        `${path.slice(0, at)}q${path.slice(at + 1)}`,
      ][random.int(3)];
      const message = complaint(minimal, [`${slip}=1`]);
      assert.ok(message.includes(`the nearest is \`${path}\``), message);
    }
  }
});

test("broken YAML is reported with line and column", () => {
  assert.match(complaint("name: x\nsystems: [1, 2\n"), /^x\.yaml: is not YAML at 3:1: /);
  assert.match(complaint("name: x\nname: y\n"), /^x\.yaml: is not YAML at 2:1: Map keys must be unique/);
  assert.match(complaint("name: x\ntrain:\n\tlr: 1\n"), /^x\.yaml: is not YAML at 3:1: Tabs/);
});

test("an empty file and a file that is no mapping are refused with the way out", () => {
  for (const text of ["", "# only words\n"]) assert.match(complaint(text), /is empty\. `npx sulam init`/);
  for (const text of ["- a\n- b\n", "just words"]) assert.match(complaint(text), /must be a mapping of keys to values/);
});

test("a section with nothing but comments says nothing", () => {
  assert.deepEqual(parseExperiment(`${minimal}train:\n  # lr: 1\n`), parseExperiment(minimal));
});

test("overrides are YAML values at a path, lists by index, and the last one wins", () => {
  const experiment = parseExperiment(minimal, {
    overrides: [
      "train.batchSize=64",
      "train.batchSize=48",
      "evaluate.k=[1, 2]",
      "evaluate.k.1=7",
      "evaluate.k.2=20",
      "train.loss={name: triplet, margin: 0.3}",
      "model.name=./a=b folder",
      "train.autocast=true",
    ],
  });
  assert.equal(experiment.train.batchSize, 48);
  assert.deepEqual(experiment.evaluate.k, [1, 7, 20]);
  assert.deepEqual(experiment.train.loss, { name: "triplet", margin: 0.3, distance: "euclidean" });
  assert.equal(experiment.model.name, "./a=b folder");
  assert.equal(experiment.train.autocast, true);
});

test("a loss that says only how it differs is the default loss", () => {
  const { train } = parseExperiment(minimal, { overrides: ["train.loss.temperature=0.05"] });
  assert.deepEqual(train.loss, { name: "infoNce", temperature: 0.05, bothDirections: false });
  assert.match(complaint(minimal, ["train.loss.margin=1"]), /`train\.loss\.margin` is not a key/);
});

test("a wrong override is blamed by itself, not on a line of the file", () => {
  assert.match(complaint(minimal, ["train.batchSize=abc"]), /^--set train\.batchSize=abc: `train\.batchSize` must be/);
  assert.match(complaint(minimal, ["train.batchSize"]), /must be KEY=VALUE/);
  assert.match(complaint(minimal, ["=3"]), /must be KEY=VALUE/);
  assert.match(complaint(minimal, ["train..lr=3"]), /empty key/);
  assert.match(complaint(minimal, ["__proto__.polluted=3"]), /empty key|not a key/);
  assert.match(complaint(minimal, ["name.first=3"]), /name is "x", not a mapping/);
  assert.match(complaint(minimal, ["evaluate.k=[1]", "evaluate.k.5=3"]), /"5" is no place in a list of 1/);
  assert.match(complaint(minimal, ["train.loss={name"]), /^--set train\.loss=\{name: is not YAML at 1:6/);
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

test("what cannot measure is refused: training splits, a weight chosen on trained topics, circles, absent systems", () => {
  const systems = (lines: string): string => `name: x\nsystems:\n  bm25: { kind: bm25 }\n${lines}`;
  const tuned = systems("  a: { kind: finetune }\n  h: { kind: hybrid, dense: a }\n");
  assert.match(complaint(tuned, ["data.trainSplits=[train, test]"]), /`evaluate\.split` test is trained on/);
  assert.match(complaint(tuned, ["data.trainSplits=[train, dev]"]), /`systems\.h\.weight` cannot be chosen on dev/);
  assert.match(complaint(tuned, ["systems.h.dense=aa"]), /kind base, finetune or endpoint, got "aa"; the nearest is a/);
  assert.match(
    complaint(tuned, ["systems.h.dense=bm25"]),
    /`systems\.h\.dense` must name a system of kind base, finetune or endpoint/,
  );
  assert.match(complaint(tuned, ["systems.b2={kind: bm25}"]), /`systems\.h\.lexical` is missing; name one of bm25, b2/);
  assert.match(complaint(tuned, ["mine.window=[10, 10]"]), /`mine\.window` must go up/);
  assert.match(complaint(tuned, ["model={name: m, fresh: {}}"]), /`model` must have `name` or `fresh`, not both/);
  assert.match(complaint("name: x\nsystems: {}\n"), /`systems` is empty/);
  const round = systems("  a: { kind: finetune, mineWith: b }\n  b: { kind: finetune, from: a }\n");
  assert.match(complaint(round), /`systems\.a\.from` goes round in a circle/);
});

test("a base system names its own model, and may say a length only with it", () => {
  const two = "name: x\nsystems:\n  zero: { kind: base }\n  e5: { kind: base, model: ./e5, maxLength: 64 }\n";
  const resolved = parseExperiment(two);
  assert.deepEqual(resolved.systems, { zero: { kind: "base" }, e5: { kind: "base", model: "./e5", maxLength: 64 } });
  assert.deepEqual(resolved.model, { name: "minilm" });
  // a run keeps the resolved experiment, which must be one
  assert.deepEqual(parseExperiment(JSON.stringify(resolved)), resolved);
  const tuned = `${two}  t: { kind: finetune, from: e5, mineWith: zero }\n  bm25: { kind: bm25 }\n  h: { kind: hybrid, dense: e5 }\n`;
  assert.equal((parseExperiment(tuned).systems.h as HybridSystem).dense, "e5");
  const slips: [override: string, words: RegExp][] = [
    [
      "systems.zero.maxLength=64",
      /`systems\.zero\.maxLength` must stand beside a `model`, got 64 alone; for the experiment's own set `model\.maxLength`/,
    ],
    ["systems.e5.model=3", /`systems\.e5\.model` must be a text that is not empty, got 3/],
    ["systems.e5.maxLength=0", /`systems\.e5\.maxLength` must be a whole number of at least 1, got 0/],
    ["systems.e5.modle=./e6", /`systems\.e5\.modle` is not a key; the nearest is `systems\.e5\.model`/],
    [
      "systems.t.from=e55",
      /`systems\.t\.from` must name a system of kind base or finetune, got "e55"; the nearest is e5/,
    ],
    [
      "systems.t.from=./e5",
      /`systems\.t\.from` must name a system of kind base or finetune, got "\.\/e5"; the nearest is e5/,
    ],
    ["systems.t.mineWith=bm25", /`systems\.t\.mineWith` must name a system of kind base or finetune, got "bm25"/],
  ];
  for (const [override, words] of slips) assert.match(complaint(tuned, [override]), words);
});

test("what is compared with scores lies where cosines do, unless a cross-encoder gives others", () => {
  const text =
    "name: x\nsystems: { a: { kind: finetune, negatives: mined }, b: { kind: finetune, mine: { rescore: ./judge } } }\n";
  for (const [key, value, range] of [
    ["margin", 3, "0 to 2"],
    ["minScore", -5, "-1 to 1"],
    ["maxScore", 8.5, "-1 to 1"],
  ]) {
    const words = `must be a number from ${range}, as cosines are, got ${value}; \`rescore\` gives other scores`;
    assert.ok(complaint(text, [`mine.${key}=${value}`]).includes(`\`mine.${key}\` ${words}`));
    assert.ok(complaint(text, [`systems.a.mine.${key}=${value}`]).includes(`\`systems.a.mine.${key}\` ${words}`));
    assert.doesNotThrow(() => parseExperiment(text, { overrides: [`systems.b.mine.${key}=${value}`] }));
    const all = parseExperiment(text, { overrides: ["mine.rescore=./other", `mine.${key}=${value}`] }).systems;
    assert.deepEqual(
      [(all.a as FinetuneSystem).mine.rescore, (all.b as FinetuneSystem).mine.rescore],
      ["./other", "./judge"],
    );
  }
  assert.doesNotThrow(() =>
    parseExperiment(text, { overrides: ["mine.margin=2", "mine.minScore=-1", "mine.maxScore=1"] }),
  );
  assert.match(complaint(text, ["mine.margin=-1"]), /`mine\.margin` must be a number of at least 0, got -1/);
});

test("a fresh model whose heads do not fit is refused", () => {
  assert.match(
    complaint(minimal, ["model={fresh: {hiddenSize: 250}}"]),
    /`model\.fresh\.hiddenSize` must be a multiple/,
  );
});

test("garbage gives an experiment or a ConfigError, never anything else", () => {
  const random = new Random(1);
  const pieces = [
    "name: x",
    "systems:",
    "  a:",
    " {",
    "}",
    "[",
    "kind: base",
    ": ",
    "\n",
    "\n  ",
    "- ",
    "&a",
    "*a",
    "!!int",
    "\t",
  ];
  pieces.push("train:", "null", "1e999", "'", '"', "#", "__proto__: 1", "? ", "|", "💥", "<<: *a");
  for (let trial = 0; trial < 3000; trial++) {
    const text = Array.from({ length: random.int(12) }, () => pieces[random.int(pieces.length)]).join(
      random.int(2) ? "\n" : "",
    );
    try {
      parseExperiment(text);
    } catch (error) {
      assert.ok(error instanceof ConfigError, `${JSON.stringify(text)} gave ${(error as Error).stack}`);
    }
  }
});

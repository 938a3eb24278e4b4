import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { Random } from "../../../src/base/random.ts";
import { hashText } from "../../../src/data/collect/hashText.ts";
import { writeNpy } from "../../../src/data/npy.ts";
import { openEngine } from "../../../src/engine/openEngine.ts";
import { type MineOptions, mineHardNegatives } from "../../../src/mine/mineHardNegatives.ts";
import { miningTexts } from "../../../src/mine/miningTexts.ts";
import type { Scorer } from "../../../src/mine/rescore.ts";
import { DiskPool } from "../../../src/mine/stream/diskPool.ts";
import { type DiskMineOptions, type MinedOnDisk, mineFromDisk } from "../../../src/mine/stream/mineFromDisk.ts";
import { BUDGET, drawnTexts, each, spelledVectors } from "./child/drawnTexts.ts";

const engine = await openEngine({ threads: 1 });
const room = mkdtempSync(join(tmpdir(), "sulam-disk-"));
after(() => rmSync(room, { recursive: true }));
const model = { encode: spelledVectors, engine };
const child = fileURLToPath(new URL("child/mineTexts.ts", import.meta.url));

type Texts = ReturnType<typeof drawnTexts>;

/** Everything that was mined, held. */
async function held(mined: MinedOnDisk) {
  const examples = [];
  for await (const example of mined.examples()) examples.push(example);
  const { made, resumed, ...summary } = mined.summary;
  return { examples, queries: [...mined.queries()], summary, made, resumed };
}

function onDisk({ examples, passages }: Texts, options: DiskMineOptions, parts = join(room, "parts"), source = model) {
  const input = { examples: each(examples), passages: each(passages), parts, call: "a test" };
  return mineFromDisk(source, input, { budget: BUDGET, ...options }, held);
}

async function inMemory({ examples, passages }: Texts, options: MineOptions) {
  const mined = await mineHardNegatives(model, examples, { ...options, passages });
  return { examples: [...mined], queries: mined.queries, summary: mined.summary };
}

/** One that turns the order of the cosines upside down now and then. */
const scorer: Scorer = (pairs) =>
  pairs.map(({ query, passage }) => ((query.length * 7 + passage.length * 13 + passage.charCodeAt(2)) % 11) / 10);

describe("mineFromDisk", () => {
  it("mines what mineHardNegatives mines in memory, under drawn options", async () => {
    const random = new Random(5);
    const maybe = <T>(value: T): T | undefined => (random.int(2) === 0 ? value : undefined);
    let cut = 0;
    for (let turn = 0; turn < 16; turn++) {
      const texts = drawnTexts(100 + turn, { examples: 60 + random.int(400), passages: 300 + random.int(3000) });
      const from = random.int(6);
      const options: MineOptions = {
        perQuery: 1 + random.int(4),
        window: [from, from + 5 + random.int(20)],
        margin: maybe(random.int(4) / 10),
        relativeMargin: maybe(random.int(4) / 10),
        minScore: maybe(-0.2),
        maxScore: maybe(0.9),
        sampling: maybe("random"),
        seed: random.int(100),
        dropGroup: maybe(true),
        sameText: maybe("exact"),
        scorer: maybe(scorer),
      };
      const { made, resumed, ...found } = await onDisk(texts, options);
      assert.deepEqual(found, await inMemory(texts, options), JSON.stringify(options));
      assert.equal(resumed, 0);
      if (made > 1) cut++;
      assert.deepEqual(readdirSync(room), [], "the parts are gone");
    }
    assert.ok(cut > 3, `only ${cut} were cut into shards`);
  });

  it("takes vectors from a file, in the order of miningTexts", async () => {
    const texts = drawnTexts(3, { examples: 200, passages: 900 });
    const { queries, passages } = miningTexts(texts.examples, texts.passages);
    const path = join(room, "all.npy");
    await writeNpy(path, await spelledVectors([...queries, ...passages]));
    const input = { examples: each(texts.examples), passages: each(texts.passages), parts: join(room, "p"), call: 1 };
    const { examples } = await mineFromDisk({ path, engine }, input, {}, held);
    assert.deepEqual(examples, (await inMemory(texts, {})).examples);
    await assert.rejects(
      mineFromDisk({ path, engine }, { ...input, examples: each(texts.examples) }, {}, held),
      /holds \d+ vectors, there are \d+ distinct texts/,
    );
    const prompted = { ...input, examples: each(texts.examples), passages: each(texts.passages) };
    await assert.rejects(
      mineFromDisk({ path, engine }, prompted, { queryPrompt: "tanya: " }, held),
      /prompts cannot be put before texts that are vectors already/,
    );
    assert.equal(existsSync(join(room, "p")), false, "a call that did nothing leaves nothing");
    rmSync(path);
  });

  it("goes on after kill -9 at drawn points, encoding, searching and writing, with the same bytes", async () => {
    const random = new Random(2);
    const [unbroken, output] = [join(room, "unbroken.jsonl"), join(room, "killed.jsonl")];
    assert.ok(await run(unbroken, Number.POSITIVE_INFINITY));
    let kills = 0;
    while (!(await run(output, kills < 6 ? 1 + random.int(4) : Number.POSITIVE_INFINITY))) kills++;
    assert.equal(kills, 6);
    assert.ok(readFileSync(output).equals(readFileSync(unbroken)), "other bytes");
    const texts = drawnTexts(7, { examples: 900, passages: 5000 });
    const { examples } = await inMemory(texts, { window: [0, 20] });
    assert.deepEqual(rowsOf(output), examples);
    assert.deepEqual(readdirSync(room).sort(), ["killed.jsonl", "unbroken.jsonl"], "nothing else is left");
    for (const path of [unbroken, output]) rmSync(path);
  });

  it("keeps what is done when it is stopped, and refuses it to a call with other options", async () => {
    const texts = drawnTexts(7, { examples: 900, passages: 5000 });
    const stop = new AbortController();
    const parts = join(room, "stopped");
    const onMined = ({ done }: { done: number }) => done > 200 && stop.abort();
    await assert.rejects(onDisk(texts, { signal: stop.signal, onMined }, parts), { name: "AbortError" });
    await assert.rejects(onDisk(texts, { margin: 0.1 }, parts), /holds parts of a call with other files or options/);
    let encoded = 0;
    const counting = {
      engine,
      encode: (some: readonly string[]) => {
        encoded += some.length;
        return spelledVectors(some);
      },
    };
    const { resumed, made, examples } = await onDisk(texts, {}, parts, counting);
    assert.ok(resumed > 0 && made > 0, `${resumed} resumed, ${made} made`);
    assert.equal(encoded, 0, "vectors are kept");
    assert.deepEqual(examples, (await inMemory(texts, {})).examples);
  });

  it("cuts what is left by the budget of the next try, and refuses parts of other texts under the same name", async () => {
    const texts = drawnTexts(7, { examples: 900, passages: 5000 });
    const parts = join(room, "recut");
    const stop = new AbortController();
    const onMined = ({ done }: { done: number }) => done > 200 && stop.abort();
    await assert.rejects(onDisk(texts, { signal: stop.signal, onMined }, parts), { name: "AbortError" });
    const others = { ...texts, passages: [...texts.passages, { text: "satu lagi" }] };
    await assert.rejects(onDisk(others, {}, parts), /holds parts of a call with other files or options/);
    const { made, resumed, examples } = await onDisk(texts, { budget: 2 ** 30 }, parts);
    assert.ok(made === 1 && resumed > 0, `${made} made, ${resumed} resumed`);
    assert.deepEqual(examples, (await inMemory(texts, {})).examples);
  });

  it("lets another call take what a try has left that was killed before anything was done", async () => {
    const texts = drawnTexts(8, { examples: 80, passages: 400 });
    const parts = join(room, "left");
    mkdirSync(join(parts, ".texts.4194305.part"), { recursive: true });
    for (const name of ["call.json", "texts.json", "passages.npy", "0.jsonl.7.part"])
      writeFileSync(join(parts, name), "{}");
    const { examples } = await onDisk(texts, {}, parts);
    assert.deepEqual(examples, (await inMemory(texts, {})).examples);
    assert.equal(existsSync(parts), false);
  });

  it("tells of the scoring, and stops in it", async () => {
    const texts = drawnTexts(8, { examples: 900, passages: 900 });
    const stop = new AbortController();
    let scored = 0;
    const slow: Scorer = (pairs) => {
      if (++scored === 3) stop.abort();
      return pairs.map(() => 0);
    };
    const seen: number[] = [];
    const onMined = ({ done }: { done: number }) => seen.push(done);
    const options = { scorer: slow, window: [0, 100] as const, signal: stop.signal, onMined, budget: 2 ** 30 };
    await assert.rejects(onDisk(texts, options, join(room, "scored")), { name: "AbortError" });
    assert.equal(scored, 3);
    assert.ok(new Set(seen).size >= 3 && Math.max(...seen) < 900, `${seen}`);
  });

  it("keeps the parts when the rows cannot be written", async () => {
    const texts = drawnTexts(8, { examples: 80, passages: 400 });
    const parts = join(room, "unwritten");
    const input = { examples: each(texts.examples), passages: each(texts.passages), parts, call: "a test" };
    const full = async (): Promise<never> => {
      throw new Error("no space left");
    };
    await assert.rejects(mineFromDisk(model, input, { budget: BUDGET }, full), /no space left/);
    const { made, resumed } = await onDisk(texts, {}, parts);
    assert.ok(made === 0 && resumed > 0, `${made} made, ${resumed} resumed`);
  });

  it("refuses what mineHardNegatives refuses, too little memory, and an encoder that loses a text", async () => {
    const texts = drawnTexts(9, { examples: 50, passages: 300 });
    await assert.rejects(onDisk({ ...texts, examples: [] }, {}), /there are no examples/);
    await assert.rejects(onDisk(texts, { window: [400, 500] }), /window starts at rank 400, the pool has \d+ passages/);
    const [first] = texts.examples;
    const groupless = { query: first.query, pos: first.pos, neg: [] };
    await assert.rejects(onDisk({ ...texts, examples: [groupless] }, { dropGroup: true }), /example 0 has none/);
    await assert.rejects(onDisk(texts, { budget: 1e6 }), /budget: must be at least \d+ MB/);
    rmSync(join(room, "parts"), { recursive: true });
    const losing = { engine, encode: (some: readonly string[]) => spelledVectors(some.slice(1)) };
    await assert.rejects(onDisk(texts, {}, join(room, "lost"), losing), /\d+ texts must become as many vectors/);
    const bad = {
      engine,
      encode: async (some: readonly string[]) => ({
        data: new Float32Array(some.length).fill(Number.NaN),
        n: some.length,
        d: 1,
      }),
    };
    await assert.rejects(onDisk(texts, {}, join(room, "nan"), bad), /row 0 of queries holds NaN/);
    let calls = 0;
    const counting = {
      engine,
      encode: (some: readonly string[]) => {
        calls++;
        return spelledVectors(some);
      },
    };
    const many = drawnTexts(8, { examples: 60, passages: 6000 });
    for (let turn = 0; turn < 2; turn++)
      await assert.rejects(onDisk(many, { budget: 1e6 }, join(room, "small"), counting), /budget: must be at least/);
    assert.equal(calls, 1, "told after the first few thousand texts, which are kept");
  });
});

describe("DiskPool", () => {
  it("takes the bytes that docs/mining.md tells: 12 a passage, 32 an example, twice that with groups", async () => {
    const many = Array.from({ length: 400_000 }, (_, i) => ({ text: `teks ${i}`, group: `topik ${i % 9999}` }));
    const asked = many.map(({ text, group }) => ({ query: `soalan ${text}`, pos: ["satu"], neg: [], group }));
    const one = asked.slice(0, 1);
    for (const [dropGroup, times] of [
      [false, 1],
      [true, 2],
    ] as const)
      for (const [bytes, source] of [
        [12, { passages: each(many), examples: each(one) }],
        [32.1, { examples: each(asked) }],
      ] as const) {
        const folder = mkdtempSync(join(tmpdir(), "sulam-pool-"));
        const pool = await DiskPool.make(folder, { ...source, dropGroup });
        assert.ok(pool.bytes < bytes * times * many.length, `${pool.bytes / many.length} bytes each`);
        pool.close();
        rmSync(folder, { recursive: true });
      }
  });

  it("tells texts, queries and groups of one hash apart", async () => {
    const [a, b] = collision();
    const folder = mkdtempSync(join(tmpdir(), "sulam-pool-"));
    const examples = [a, b, a].map((text) => ({ query: text, pos: [text], neg: [], group: text }));
    const source = { examples: each(examples), sameText: "exact", dropGroup: true } as const;
    const pool = await DiskPool.make(folder, source);
    assert.deepEqual([pool.size, pool.queries, pool.examples], [2, 2, 3]);
    assert.deepEqual([pool.passage(0), pool.passage(1), pool.queryText(0), pool.queryText(1)], [a, b, a, b]);
    const { examples: asking, positives, pairs, siblings } = pool.query(0);
    assert.deepEqual([asking, [...positives], pairs, [...siblings]], [[0, 2], [0], 2, []]);
    pool.close();
    rmSync(folder, { recursive: true });
  });
});

/** Two texts of one hash, as some of 300,000 are. */
function collision(): [string, string] {
  const known = new Map<number, string>();
  for (let i = 0; i < 300_000; i++) {
    const text = `teks ${i}`;
    const other = known.get(hashText(text));
    if (other !== undefined) return [other, text];
    known.set(hashText(text), text);
  }
  throw new Error("no two of them");
}

function rowsOf(path: string): unknown[] {
  return readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** Runs the child, and kills it after `steps` steps. @returns whether it ended by itself */
function run(output: string, steps: number): Promise<boolean> {
  const running = spawn("node", ["--import", "tsx", "--conditions=source", child, output], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let seen = 0;
  return new Promise((resolve) => {
    running.stdout.on("data", (data: Buffer) => {
      seen += data.toString().split("\n").length - 1;
      if (seen >= steps) running.kill("SIGKILL");
    });
    running.on("close", (code) => resolve(code === 0));
  });
}

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { Random } from "../../../src/base/random.ts";
import type { Vectors } from "../../../src/base/vectors.ts";
import { writeNpy } from "../../../src/data/npy.ts";
import { openEngine } from "../../../src/engine/openEngine.ts";
import { progressClock } from "../../../src/mine/stream/progressClock.ts";
import { streamNeighbours } from "../../../src/mine/stream/streamNeighbours.ts";
import { streamPlan } from "../../../src/mine/stream/streamPlan.ts";

const engine = await openEngine({ threads: 1 });
const room = mkdtempSync(join(tmpdir(), "sulam-stream-"));
after(() => rmSync(room, { recursive: true }));
const child = fileURLToPath(new URL("child/mineInSteps.ts", import.meta.url));

/** Small whole numbers: many equal cosines. */
function drawn(seed: number, n: number, d: number): Vectors {
  const random = new Random(seed);
  return { data: Float32Array.from({ length: n * d }, () => random.int(5) - 2), n, d };
}

const queries = drawn(1, 700, 6);
const corpus = drawn(2, 20_000, 6);
const files = { queries: join(room, "q.npy"), corpus: join(room, "c.npy") };
await writeNpy(files.queries, queries);
await writeNpy(files.corpus, corpus);
/** Cuts both sides: shards of some hundred queries, pieces of some thousand rows. */
const SMALL = (64 << 20) + 600_000;

/** Every cosine in float64, sorted by score rounded to float32, then by index. */
function brute(query: number): { neighbours: number[]; scores: number[] } {
  const dot = (a: Vectors, i: number, b: Vectors, j: number) => {
    let sum = 0;
    for (let x = 0; x < a.d; x++) sum += a.data[i * a.d + x] * b.data[j * b.d + x];
    return sum;
  };
  const all = Array.from({ length: corpus.n }, (_, row) => {
    const norm = Math.sqrt(dot(queries, query, queries, query)) * Math.sqrt(dot(corpus, row, corpus, row));
    return { row, score: norm === 0 ? 0 : Math.fround(dot(queries, query, corpus, row) / norm) };
  });
  all.sort((a, b) => b.score - a.score || a.row - b.row);
  const kept = all.slice(1, 20);
  return { neighbours: kept.map(({ row }) => row), scores: kept.map(({ score }) => score) };
}

function rowsOf(path: string): { query: number; neighbours: number[]; scores: number[] }[] {
  return readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** Runs the child, and kills it after `steps` steps. @returns whether it ended by itself */
function run(output: string, steps: number): Promise<boolean> {
  const args = ["--import", "tsx", "--conditions=source", child, files.queries, files.corpus, output, `${SMALL}`];
  const running = spawn("node", args, { stdio: ["ignore", "pipe", "inherit"] });
  let seen = 0;
  return new Promise((resolve) => {
    running.stdout.on("data", (data: Buffer) => {
      seen += data.toString().split("\n").length - 1;
      if (seen >= steps) running.kill("SIGKILL");
    });
    running.on("close", (code) => resolve(code === 0));
  });
}

describe("streamNeighbours", () => {
  it("writes what a brute-force search finds, the same bytes at every budget", async () => {
    const [small, large] = [join(room, "small.jsonl"), join(room, "large.jsonl")];
    const plan = streamPlan(6, 20, SMALL);
    assert.ok(plan.queryRows < queries.n && plan.corpusRows < corpus.n, JSON.stringify(plan));
    await streamNeighbours(engine, { ...files, output: small }, { window: [1, 20], budget: SMALL });
    const summary = await streamNeighbours(engine, { ...files, output: large }, { window: [1, 20] });
    assert.deepEqual(summary, { queries: 700, corpus: 20_000, made: 1, resumed: 0 });
    assert.ok(readFileSync(small).equals(readFileSync(large)), "other bytes");
    const rows = rowsOf(small);
    assert.equal(rows.length, queries.n);
    for (const [query, row] of rows.entries()) {
      if (query % 10 !== 0) continue;
      const { neighbours, scores } = brute(query);
      assert.equal(row.query, query);
      assert.deepEqual(row.neighbours, neighbours, `query ${query}`);
      assert.deepEqual(row.scores.map(Math.fround), scores, `query ${query}`);
    }
    assert.equal(existsSync(`${small}.parts`), false);
  });

  it("goes on after kill -9 at random points without losing or repeating a row", async () => {
    const random = new Random(3);
    const unbroken = join(room, "unbroken.jsonl");
    await streamNeighbours(engine, { ...files, output: unbroken }, { window: [1, 20], budget: SMALL });
    const output = join(room, "killed.jsonl");
    let tries = 0;
    while (!(await run(output, tries < 4 ? 1 + random.int(12) : Number.POSITIVE_INFINITY))) {
      tries++;
      assert.ok(tries < 20, "it never ends");
    }
    assert.ok(tries > 0, "it was never killed");
    assert.ok(readFileSync(output).equals(readFileSync(unbroken)), "other bytes");
  });

  it("takes shards that are done, and keeps to the scores it is given", async () => {
    const output = join(room, "stopped.jsonl");
    const options = { window: [0, 30] as const, budget: SMALL, minScore: 0.5, maxScore: 0.9 };
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => done > 400 && stop.abort();
    const call = (more: object) => streamNeighbours(engine, { ...files, output }, { ...options, ...more });
    await assert.rejects(call({ onProgress, signal: stop.signal }), { name: "AbortError" });
    assert.equal(existsSync(output), false);
    await assert.rejects(call({ maxScore: 0.8 }), { message: /parts of a call with other files or options/ });
    const { made, resumed } = await call({});
    assert.ok(made > 0 && resumed > 0, `${made} made, ${resumed} resumed`);
    for (const { scores } of rowsOf(output))
      assert.ok(
        scores.every((x) => x >= 0.5 && x <= 0.9),
        `${scores}`,
      );
    await assert.rejects(call({}), { message: /is there already/ });
  });

  it("refuses other widths, windows, too little memory, and inputs that changed between tries", async () => {
    const wide = join(room, "wide.npy");
    await writeNpy(wide, drawn(1, 3, 7));
    const output = join(room, "refused.jsonl");
    const refuse = (more: object, options: object, message: RegExp) =>
      assert.rejects(streamNeighbours(engine, { ...files, output, ...more }, options), { message });
    await refuse({ queries: wide }, {}, /must be 6 wide, it is 7/);
    await refuse({}, { window: [5, 5] }, /window: must be \[from, to\)/);
    await refuse({}, { budget: 1e6 }, /budget: must be at least \d+ MB/);
    await refuse({ corpus: join(room, "none.npy") }, {}, /cannot be opened/);
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => done > 400 && stop.abort();
    const stopped = { window: [0, 30] as const, budget: SMALL, onProgress, signal: stop.signal };
    await assert.rejects(streamNeighbours(engine, { ...files, output }, stopped), { name: "AbortError" });
    utimesSync(files.corpus, 1, 1);
    await refuse({}, { window: [0, 30], budget: SMALL }, /parts of a call with other files or options/);
  });

  it("names a row with NaN by its number in the whole file, whatever piece it lies in", async () => {
    const odd = drawn(2, corpus.n, 6);
    odd.data[6 * 19_876 + 2] = Number.NaN;
    const [at, output] = [join(room, "odd.npy"), join(room, "odd.jsonl")];
    await writeNpy(at, odd);
    const stream = streamNeighbours(engine, { queries: files.queries, corpus: at, output }, { budget: SMALL });
    await assert.rejects(stream, /row 19876 of corpus holds NaN/);
  });

  it("tells the time left by the shards made, not by those found", () => {
    let time = 0;
    const notes: (string | undefined)[] = [];
    const clock = progressClock(1000, { now: () => time, onProgress: ({ note }) => notes.push(note) });
    clock.skip(500);
    time = 10_000;
    clock.done(100);
    time = 15_000;
    clock.report(50);
    assert.deepEqual(notes, ["40 s left", "35 s left"]);
  });
});

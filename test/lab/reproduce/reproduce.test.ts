import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readRows } from "../../../src/data/readRows.ts";
import { openEngine } from "../../../src/engine/openEngine.ts";
import { renderReproduction } from "../../../src/lab/reproduce/renderReproduction.ts";
import { reproduce } from "../../../src/lab/reproduce/reproduce.ts";
import type { Measured } from "../../../src/lab/reproduce/reproduction.ts";
import type { Encoder } from "../../../src/search/encoder.ts";
import { tokens } from "../../../src/search/tokens.ts";
import { openStore } from "../../../src/track/openStore.ts";
import { scratch } from "../lab.ts";

const engine = await openEngine({ threads: 1 });
const folder = scratch();
const storeDir = join(folder, "store");

/** A stand-in for a model: words, hashed into 64 places. */
const words: Encoder = {
  engine,
  async encode(texts) {
    const data = new Float32Array(texts.length * 64);
    for (const [i, text] of texts.entries())
      for (const word of tokens(text)) {
        let place = 7;
        for (const letter of word) place = (place * 31 + (letter.codePointAt(0) as number)) % 64;
        data[i * 64 + place]++;
      }
    return { data, n: texts.length, d: 64 };
  },
};

const once = { models: { words }, storeDir, resamples: 100 };
const similarity = await reproduce({ task: "similarity", ...once });
const rag = await reproduce({ task: "rag", ...once });

/** A figure of ours in the tracker. */
function tracked(side: Measured, system: string, protocol: string, k: number): number {
  const store = openStore({ dir: storeDir });
  try {
    return store.run(side.runId as string).metrics[`${system}/${protocol}/hitAt${k}`];
  } finally {
    store.close();
  }
}

describe("reproduce, on the package's own data", () => {
  it("shows every published figure, beside ours or beside the reason why it cannot be had", () => {
    for (const [{ rows }, count] of [
      [similarity, 35],
      [rag, 18],
    ] as const) {
      const published = rows.filter((row) => row.published !== null);
      assert.equal(published.length, count);
      for (const { why, system } of published) {
        assert.match(why, /pool not here: .*--pool FILE; weights not here: /, system);
        assert.equal(/is a service/.test(why), system === "text-embedding-ada-002", system);
      }
    }
    const ada = similarity.rows.find((row) => row.system === "text-embedding-ada-002")?.published;
    // 1010 of 3194, printed by openai-b.cari.com.my.ipynb
    assert.equal(ada?.hitAt[1].mean, 0.316218);
  });

  it("says that malay-mini stands in, and has BM25 and the ceiling in both protocols", () => {
    assert.deepEqual([similarity.pool.isStandIn, similarity.pool.name], [true, "malay-mini"]);
    assert.match(similarity.notes[0], /^Leaks: not looked for/);
    assert.match(similarity.notes[1], /malay-mini, which comes with the package, stands in for them/);
    assert.match(similarity.notes.join("\n"), /except: pass/);
    for (const { rows } of [similarity, rag])
      assert.deepEqual(
        rows.slice(0, 3).map(({ system }) => system),
        ["words", "bm25", "ceiling"],
      );
    // 180 queries, three positives each, all of 720 passages and 540 positives searched
    const { reproduced, corrected } = similarity.rows[2];
    assert.deepEqual([reproduced?.searches, reproduced?.pool, corrected?.pool], [540, 1260, 1260]);
    assert.ok(Math.abs((reproduced?.hitAt[1].mean as number) - 1 / 3) < 1e-12, "the ceiling is not a third");
    assert.equal(corrected?.hitAt[1].mean, 1);
  });

  it("gives BM25's figures of malay-mini for the RAG task, by either protocol", () => {
    const { reproduced, corrected } = rag.rows[1];
    // README: formal test queries, R@1 .467, R@10 .833; no context repeats, so nothing is corrected
    for (const side of [reproduced, corrected])
      assert.deepEqual(
        [1, 10].map((k) => side?.hitAt[k].mean.toFixed(3)),
        ["0.467", "0.833"],
      );
  });

  it("has each of ours in the run that it names, with the tables", () => {
    for (const { rows } of [similarity, rag])
      for (const { system, reproduced, corrected } of rows.slice(0, 3))
        for (const k of [1, 3, 5, 10]) {
          assert.equal(tracked(reproduced!, system, "paper", k), reproduced?.hitAt[k].mean);
          assert.equal(tracked(corrected!, system, "corrected", k), corrected?.hitAt[k].mean);
        }
    const store = openStore({ dir: storeDir });
    const { measured, tests, perQuery } = store.tables(rag.runId);
    store.close();
    assert.deepEqual([measured, tests], [rag.measured, rag.tests]);
    assert.equal(perQuery.rows.length, 2 * 2 * 180);
  });

  it("gives the same figures twice", async () => {
    const again = await reproduce({ task: "rag", ...once });
    assert.deepEqual([again.measured, again.tests], [rag.measured, rag.tests]);
  });
});

describe("reproduce, on a pool of one's own", () => {
  const path = join(folder, "twitter-rows.jsonl");
  const rows = Array.from({ length: 12 }, (_, i) => {
    return { query: `satu kata${i}`, pos: [`kata${i} dua`, `kata${i} tiga`], neg: [`lain${i}`] };
  });
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));

  it("sets a published model beside its published figures, and says where the pool is another", async () => {
    const models = { "bge-m3": words };
    const found = await reproduce({ ...once, task: "similarity", models, pool: path });
    const { published, reproduced, corrected, why, dataset } = found.rows[0];
    assert.deepEqual(
      [dataset, published?.pool, reproduced?.pool, corrected?.searches, why],
      ["twitter", 19529, 48, 24, ""],
    );
    assert.match(found.notes.join("\n"), /published pool has 19529 texts, this one 48: it is not the same/);
    const other = found.rows.find((row) => row.dataset === "twitter" && row.system === "llama2-embedding-1b-8k");
    assert.match(other?.why as string, /^weights not here/);
    assert.equal(found.rows.filter((row) => row.published !== null).length, 35);
  });

  it("stops when the training file holds a test text, or prints the leaks when asked", async () => {
    const training = join(folder, "training.jsonl");
    const asked = { ...once, task: "similarity", pool: path, training } as const;
    writeFileSync(training, `${JSON.stringify({ query: "x", pos: ["KATA3 dua"], neg: ["lain3"] })}\n`);
    await assert.rejects(reproduce(asked), /training has seen 1 of 36 test texts \(1 normalised\).*--allow-leaks/);
    const { notes, runId } = await reproduce({ ...asked, allowLeaks: true });
    assert.match(notes[0], /has seen 1 test texts, among them normalised: "kata3 dua"\./);
    const store = openStore({ dir: storeDir });
    assert.equal(store.tables(runId).leaks.rows.length, 1);
    store.close();
    writeFileSync(training, `${JSON.stringify({ text: "lain3" })}\n`);
    assert.match((await reproduce(asked)).notes[0], /no test text stands in/);
    writeFileSync(training, `${JSON.stringify({ id: "1" })}\n`);
    await assert.rejects(reproduce(asked), /no row has a text in text, query/);
  });

  it("takes the name of the pool that it is told, and refuses one that was never published", async () => {
    const asked = { ...once, task: "similarity", pool: path } as const;
    assert.equal((await reproduce({ ...asked, dataset: "malay-news" })).pool.name, "malay-news");
    await assert.rejects(
      reproduce({ ...asked, dataset: "facebook" }),
      /no published pool facebook\. There are b\.cari/,
    );
    writeFileSync(join(folder, "small.jsonl"), `${JSON.stringify(rows[0])}\n`);
    await assert.rejects(reproduce({ ...asked, pool: join(folder, "small.jsonl") }), /k must be in 1 \.\. 4/);
  });
});

describe("a reproduction is written", () => {
  it("as CSV that reads back to the last digit", async () => {
    const path = join(folder, "out.csv");
    writeFileSync(path, renderReproduction(similarity, "csv"));
    const lines = [];
    for await (const { values } of readRows(path)) lines.push(values);
    assert.equal(lines.length, similarity.rows.length);
    for (const [i, { system, reproduced, published, why }] of similarity.rows.entries()) {
      assert.deepEqual([lines[i].system, lines[i].why], [system, why]);
      assert.equal(Number(lines[i].reproducedHitAt5Low), reproduced?.hitAt[5].low ?? 0);
      assert.equal(Number(lines[i].publishedHitAt10), published?.hitAt[10].mean ?? 0);
    }
  });

  it("as Markdown and LaTeX with one line for each system, the reasons once, and the run's id", () => {
    const markdown = renderReproduction(similarity, "markdown");
    assert.match(markdown, /\| b\.cari\.com\.my \| text-embedding-ada-002 +\| \.316\/\.624\/\.694\/\.762 \|/);
    assert.match(markdown, new RegExp(`\\(run ${similarity.runId}\\)`));
    assert.equal(markdown.match(/is a service, not a file/g)?.length, 1);
    const latex = renderReproduction(rag, "latex");
    const rows = latex.split("\n").filter((line) => line.endsWith("\\\\"));
    // three tables with their heads: all systems, ours in two protocols, and the tests
    assert.equal(rows.length, 1 + rag.rows.length + 1 + 6 + 1 + 2);
    for (const row of rows.slice(0, 1 + rag.rows.length)) assert.equal(row.split(" & ").length, 7, row);
  });
});

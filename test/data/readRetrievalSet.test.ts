import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { readRetrievalSet } from "../../src/data/readRetrievalSet.ts";

const shared = join(process.env.SULAM_SHARED ?? "../shared", "data");

const good: Record<string, string> = {
  "corpus.jsonl": '{"id":"d1","text":"satu"}\n{"id":"d2","text":"dua"}\n',
  "queries.jsonl": '{"id":"q1","text":"one?"}\n{"id":"q2","text":"two?","group":"g"}\n',
  "qrels.jsonl":
    '{"query_id":"q1","doc_id":"d1","relevance":1}\n{"query_id":"q1","doc_id":"d2","relevance":0}\n{"query_id":"q2","doc_id":"d2","relevance":2}\n',
};

async function folder(files: Record<string, string | Uint8Array>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "sulam-ret-"));
  for (const [name, content] of Object.entries(files)) await writeFile(join(dir, name), content);
  return dir;
}

describe("readRetrievalSet", () => {
  it("reads corpus, queries and graded qrels, packed or not", async () => {
    const packed = Object.fromEntries(Object.entries(good).map(([name, text]) => [`${name}.gz`, gzipSync(text)]));
    for (const files of [good, packed]) {
      const set = await readRetrievalSet(await folder(files));
      assert.deepEqual(set.corpus, [
        { id: "d1", text: "satu" },
        { id: "d2", text: "dua" },
      ]);
      assert.deepEqual(set.queries, [
        { id: "q1", text: "one?" },
        { id: "q2", text: "two?", group: "g" },
      ]);
      assert.deepEqual(
        [...(set.qrels.get("q1") ?? [])],
        [
          ["d1", 1],
          ["d2", 0],
        ],
      );
      assert.deepEqual([...(set.qrels.get("q2") ?? [])], [["d2", 2]]);
    }
  });

  const bad: [string, string, string, RegExp][] = [
    [
      "a document that is not in the corpus",
      "qrels.jsonl",
      '{"query_id":"q1","doc_id":"d9","relevance":1}\n',
      /qrels\.jsonl:1: field `doc_id` names `d9`, which is not in the corpus/,
    ],
    [
      "a query that is not there",
      "qrels.jsonl",
      '{"query_id":"q9","doc_id":"d1","relevance":1}\n',
      /qrels\.jsonl:1: field `query_id` names `q9`, which is not in queries/,
    ],
    [
      "the names of BEIR",
      "corpus.jsonl",
      '{"_id":"d1","title":"","text":"a"}\n',
      /corpus\.jsonl:1: the id stands in `_id`, as BEIR writes it, .* Rename the fields/,
    ],
    [
      "a grade that is no number",
      "qrels.jsonl",
      '{"query_id":"q1","doc_id":"d1","relevance":"1"}\n',
      /field `relevance` must be a number of at least 0, got "1"/,
    ],
    [
      "a pair that is judged twice",
      "qrels.jsonl",
      '{"query_id":"q1","doc_id":"d1","relevance":1}\n'.repeat(2),
      /qrels\.jsonl:2: `q1` and `d1` are judged twice/,
    ],
    [
      "a query without a relevant document",
      "qrels.jsonl",
      '{"query_id":"q1","doc_id":"d1","relevance":1}\n',
      /query `q2` has no relevant document/,
    ],
    [
      "a duplicate document id",
      "corpus.jsonl",
      '{"id":"d1","text":"x"}\n'.repeat(2),
      /corpus\.jsonl:2: id "d1" stands already at .*corpus\.jsonl:1/,
    ],
    [
      "a document without text",
      "corpus.jsonl",
      '{"id":"d1","text":null}\n',
      /corpus\.jsonl:1: field `text` must be a non-empty text, got null/,
    ],
    ["an empty corpus", "corpus.jsonl", "", /corpus\.jsonl: has no rows/],
  ];
  for (const [title, name, content, message] of bad)
    it(`refuses ${title}`, async () => {
      await assert.rejects(readRetrievalSet(await folder({ ...good, [name]: content })), {
        name: "InputError",
        message,
      });
    });

  it("says which file is missing", async () => {
    const dir = await folder(good);
    await rm(join(dir, "qrels.jsonl"));
    await assert.rejects(readRetrievalSet(dir), /has no qrels\.jsonl or qrels\.jsonl\.gz/);
  });

  it("reads a set of ../shared/data", { skip: existsSync(shared) ? false : `${shared} is not here` }, async () => {
    const set = await readRetrievalSet(join(shared, "ret-legal-section"));
    assert.deepEqual(
      [set.name, set.corpus.length, set.queries.length, set.qrels.size],
      ["ret-legal-section", 657, 553, 553],
    );
  });
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { openEngine } from "../../src/engine/openEngine.ts";
import { formatMined, type MinedFormat, minedFormats } from "../../src/mine/formatMined.ts";
import { ourRows, type PeerQuestion, type PeerRow, sameRows } from "./peerMining.ts";

const engine = await openEngine({ threads: 1 });
const { question, rows }: { question: PeerQuestion; rows: PeerRow[][] } = JSON.parse(
  readFileSync(new URL("../fixtures/mine/hard_negative_forms.json", import.meta.url), "utf8"),
);

describe("formatMined", () => {
  for (const [i, ours] of question.cases.entries())
    it(`gives the rows of sentence-transformers for ${JSON.stringify(ours)}`, async () => {
      sameRows(await ourRows(engine, question, ours), rows[i], "fixture");
    });

  it("names the fields of each form", () => {
    const mined = {
      query: "q",
      positives: [{ text: "p", score: 0.9 }],
      negatives: [
        { text: "m", score: 0.5 },
        { text: "n", score: 0.25 },
      ],
    };
    const rowsOf = (format: MinedFormat, scores: boolean, perQuery = 2) => [
      ...formatMined([mined], { format, perQuery, scores }),
    ];
    assert.deepEqual(rowsOf("triplet", false), [
      { query: "q", positive: "p", negative: "m" },
      { query: "q", positive: "p", negative: "n" },
    ]);
    assert.deepEqual(rowsOf("n-tuple", true), [
      { query: "q", positive: "p", negative_1: "m", negative_2: "n", scores: [0.9, 0.5, 0.25] },
    ]);
    assert.deepEqual(rowsOf("n-tuple", true, 3), []);
    assert.deepEqual(rowsOf("labeled-pair", false), [
      { query: "q", document: "p", label: 1 },
      { query: "q", document: "m", label: 0 },
      { query: "q", document: "n", label: 0 },
    ]);
    assert.deepEqual(rowsOf("labeled-list", false), [{ query: "q", documents: ["p", "m", "n"], labels: [1, 0, 0] }]);
  });

  it("refuses a form that it does not know, and names those it does", () => {
    const unknown = () => [...formatMined([], { format: "pair" as MinedFormat, perQuery: 1 })];
    assert.throws(unknown, { name: "InputError", message: new RegExp(`no format pair.*${minedFormats.join(", ")}`) });
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { minedFormats } from "../../src/mine/formatMined.ts";
import { ourRows, type PeerCase, type PeerQuestion, type PeerRow, sameRows } from "../mine/peerMining.ts";
import { ask, skip } from "./python.ts";

/** Queries near their positives, some with several, some asked twice, in a pool that holds more. */
function draw(random: Random, cases: PeerCase[]): PeerQuestion {
  const corpus = Array.from({ length: 20 + random.int(60) }, (_, i) => `petikan ${i}`);
  const vectors: Record<string, number[]> = {};
  const vector = (near: number[] = []) => Array.from({ length: 8 }, (_, i) => random.normal() + (near[i] ?? 0));
  for (const text of corpus) vectors[text] = vector();
  const pairs: [string, string][] = [];
  const queries = Array.from({ length: 4 + random.int(20) }, (_, i) => `soalan ${i}`);
  for (const query of queries) {
    const positives = random.sample(corpus, 1 + random.int(3));
    vectors[query] = vector(vectors[positives[0]]);
    for (const positive of positives) pairs.push([query, positive]);
    if (random.int(4) === 0) pairs.push([query, positives[0]]);
  }
  for (const text of Object.keys(vectors)) {
    vectors[`tanya: ${text}`] = vector();
    vectors[`teks: ${text}`] = vector();
  }
  const scores: Record<string, number> = {};
  for (const query of queries)
    for (const passage of corpus) scores[`${query}|${passage}`] = Math.fround(random.normal());
  return { vectors, corpus, pairs: random.shuffle(pairs), scores, cases };
}

test("mining gives the rows of sentence-transformers' mine_hard_negatives, in every form, under drawn options", {
  skip,
}, async () => {
  const random = new Random(21);
  const engine = await openEngine({ threads: 1 });
  const sometimes = <T>(value: T): T | undefined => (random.int(2) === 0 ? value : undefined);
  const questions = Array.from({ length: 6 }, (_, round) => {
    const cases = Array.from({ length: 12 }, (_, i): PeerCase => {
      const range_min = random.int(4);
      const num_negatives = 1 + random.int(5);
      const filter = { max_score: sometimes(random.uniform()), min_score: sometimes(random.uniform() - 0.7) };
      const margins = {
        absolute_margin: sometimes(random.uniform() / 3),
        relative_margin: sometimes(random.uniform()),
      };
      const filters = { ...(round < 5 && filter), ...(round !== 4 && margins) };
      return {
        num_negatives,
        range_min,
        range_max: range_min + num_negatives + random.int(round === 0 ? 200 : 12),
        output_format: minedFormats[i % 4],
        output_scores: random.int(3) > 0,
        ...filters,
        query_prompt: sometimes("tanya: "),
        corpus_prompt: sometimes("teks: "),
        // without a filter the peer does not ask its cross-encoder
        cross_encoder: Object.values(filters).some((value) => value !== undefined) && random.int(2) === 0,
      };
    });
    return draw(random, cases);
  });
  const theirs = ask<PeerRow[][][]>("mining_rows.py", questions);
  let rows = 0;
  for (const [round, question] of questions.entries())
    for (const [i, ours] of question.cases.entries()) {
      const wanted = theirs[round][i];
      sameRows(await ourRows(engine, question, ours), wanted, `round ${round}, ${JSON.stringify(ours)}`);
      rows += wanted.length;
    }
  assert.ok(rows > 500, `only ${rows} rows were compared`);
});

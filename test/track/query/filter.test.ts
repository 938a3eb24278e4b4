import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../../src/base/random.ts";
import { EXPERIMENT_FIELDS, RUN_FIELDS } from "../../../src/track/query/filterSchema.ts";
import { parseFilter } from "../../../src/track/query/parseFilter.ts";
import { parseOrder } from "../../../src/track/query/parseOrder.ts";
import { TrackError } from "../../../src/track/trackError.ts";
import { scratchStore } from "../scratch.ts";
import { fits, type Rule, randomRules, written } from "./naive.ts";
import { someRuns } from "./someRuns.ts";

const refused = (words: RegExp, work: () => unknown): void => {
  assert.throws(work, (error: unknown) => {
    assert.ok(error instanceof TrackError, String(error));
    assert.equal(error.code, "INVALID_PARAMETER_VALUE");
    assert.match(error.message, words);
    return true;
  });
};

test("1,500 random filters find the runs that a naive evaluator finds, however they are written", (t) => {
  const store = scratchStore(t);
  const random = new Random(7);
  someRuns(store, random, 60);
  const all = store.runs();
  let hits = 0;
  for (let i = 0; i < 1500; i++) {
    const rules = randomRules(random);
    const filter = written(rules, random);
    const found = store.searchRuns({ filter }).runs.map(({ runId }) => runId);
    const expected = all.filter((run) => rules.every((rule) => fits(store, run, rule))).map(({ runId }) => runId);
    assert.deepEqual(found.sort(), expected.sort(), filter);
    if (found.length > 0 && found.length < all.length) hits++;
  }
  assert.ok(hits > 300, `only ${hits} filters divided the runs, so this shows little`);
});

test("what is written comes back from the parser", () => {
  const random = new Random(3);
  for (let i = 0; i < 2000; i++) {
    const rules: Rule[] = randomRules(random);
    const parsed = parseFilter(written(rules, random), RUN_FIELDS);
    assert.deepEqual(
      parsed.map(({ kind, key, comparator, value }) => ({ kind, key, comparator, value })),
      rules,
    );
  }
});

test("LIKE minds case, ILIKE does not; % and _ are the only wildcards, and * ? [ are themselves", (t) => {
  const store = scratchStore(t);
  for (const value of ["Bert", "bert", "b*rt", "b?rt", "[b]", "berttt", "äbert"])
    store.createRun({ tags: { v: value } });
  const like = (condition: string): string[] =>
    store
      .searchRuns({ filter: `tags.v ${condition}` })
      .runs.map(({ tags }) => tags.v)
      .sort();
  assert.deepEqual(like("LIKE 'bert'"), ["bert"]);
  assert.deepEqual(like("ILIKE 'BERT'"), ["Bert", "bert"]);
  assert.deepEqual(like("LIKE 'b_rt'"), ["b*rt", "b?rt", "bert"]);
  assert.deepEqual(like("LIKE 'b*rt'"), ["b*rt"]);
  assert.deepEqual(like("LIKE 'b?rt'"), ["b?rt"]);
  assert.deepEqual(like("LIKE '[b]'"), ["[b]"]);
  assert.deepEqual(like("LIKE '_bert'"), ["äbert"]);
  assert.deepEqual(like("LIKE 'bert%'"), ["bert", "berttt"]);
});

test("a value is only ever a value: SQL inside of one does nothing", (t) => {
  const store = scratchStore(t);
  const evil = "x'); DROP TABLE runs; --";
  const id = store.createRun({ tags: { a: evil } });
  const quoted = evil.replaceAll("'", "''");
  assert.deepEqual(
    store.searchRuns({ filter: `tags.a = '${quoted}'` }).runs.map(({ runId }) => runId),
    [id],
  );
  assert.equal(store.searchRuns({ filter: `tags.\`a' OR '1'='1\` = 'x'` }).runs.length, 0);
  refused(/order/, () => store.searchRuns({ orderBy: ["run_name; DROP TABLE runs"] }));
  assert.equal(store.runs().length, 1);
});

test("each wrong filter says where it is wrong and what would be right", () => {
  const cases: [string, RegExp][] = [
    ["metrics.acc >", /character 14: `metrics\.acc` is a number, got the end/],
    ["metrics.acc > 'x'", /character 15: .*number, got 'x'/],
    ["params.lr > 3", /character 11: `params\.lr` cannot be compared with >. Use =, !=, LIKE/],
    ["params.lr = unquoted", /character 13: .*got `unquoted`. Put the text in quotes, like 'unquoted'/],
    ["params.lr = 3", /is text, got `3`. Put the text in quotes, like '3'/],
    ["foo.bar = 1", /character 1: `foo` is not known. Use one of metric, metrics/],
    ["metrics.acc > 1 or metrics.acc < 0", /character 17: OR is not known/],
    ["metrics.acc > 1 metrics.b < 0", /character 17: expected AND or the end, got `metrics\.b`/],
    ["attributes.nope = 'x'", /no attribute `nope`\. Use one of run_id/],
    ["constructor = 'x'", /no attribute `constructor`/],
    ["status > 'F'", /`status` cannot be compared with >/],
    ["'a' = 'a'", /expected a field, got 'a'/],
    ["metrics.a = 1;", /character 14: `;` is not understood/],
    ["tags.x = 'open", /character 10: the quote ' is never closed/],
    ["metrics.a IS NULL", /`metrics\.a` cannot be compared with IS NULL/],
    ["metrics. > 1", /`metrics\.` wants a key/],
    ["metrics.a > 1 AND", /expected a field, got the end/],
    ["run_id IN ()", /is text, got `\)`/],
    ["run_id IN ('a' 'b')", /expected `\)`, got 'b'/],
    ["run_id IN 'a'", /expected `\(`, got 'a'/],
    ["dataset.size = '1'", /data sets have no `size`/],
    ["metrics.a = 12abc", /`12abc` is not understood/],
    ["tags.a IS", /expected a comparator/],
  ];
  for (const [filter, words] of cases) refused(words, () => parseFilter(filter, RUN_FIELDS));
  refused(/metric/, () => parseFilter("metrics.a = 1", EXPERIMENT_FIELDS));
  refused(/more than 200/, () => parseFilter(Array(201).fill("metrics.a = 1").join(" AND "), RUN_FIELDS));
  refused(/more than 100000/, () => parseFilter(`tags.a = '${"x".repeat(100_000)}'`, RUN_FIELDS));
});

test("no filter, however mangled, gives anything but an answer or one of these errors", (t) => {
  const store = scratchStore(t);
  const random = new Random(11);
  someRuns(store, random, 3);
  const pieces = [
    "'",
    '"',
    "`",
    "(",
    ")",
    ",",
    ".",
    " ",
    "AND",
    "IN",
    "NOT",
    "IS NULL",
    "LIKE",
    "=",
    "!",
    "é",
    "\0",
    "1e",
    "%",
  ];
  for (let i = 0; i < 3000; i++) {
    const text = written(randomRules(random), random);
    const at = random.int(text.length + 1);
    const filter = text.slice(0, at) + pieces[random.int(pieces.length)] + text.slice(at + random.int(3));
    try {
      store.searchRuns({ filter });
    } catch (error) {
      assert.ok(error instanceof TrackError, `${filter}: ${error}`);
    }
  }
});

test("an order is a field and a direction, each field once", () => {
  const read = (clause: string): unknown[] =>
    parseOrder([clause], RUN_FIELDS).map(({ kind, key, descending }) => [kind, key, descending]);
  assert.deepEqual(read("metrics.acc"), [["metric", "acc", false]]);
  assert.deepEqual(read("metrics.`val/loss` desc"), [["metric", "val/loss", true]]);
  assert.deepEqual(read('params."my lr" ASC'), [["param", "my lr", false]]);
  assert.deepEqual(read("attributes.Created DESC"), [["attribute", "start_time", true]]);
  for (const clause of [
    "acc",
    "metrics.acc SIDEWAYS",
    "nope.x ASC",
    "",
    "dataset.name",
    "metrics.a DESC DESC",
    "'a' DESC",
  ])
    refused(/order/, () => parseOrder([clause], RUN_FIELDS));
  refused(/twice/, () => parseOrder(["start_time", "attribute.created DESC"], RUN_FIELDS));
  refused(/more than 20/, () =>
    parseOrder(
      Array.from({ length: 21 }, (_, i) => `metrics.m${i}`),
      RUN_FIELDS,
    ),
  );
});

import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { type ApiServer, answer, message, startApi } from "../remote/apiServer.ts";
import { cli, scratch } from "./cli.ts";

const folder = scratch();
const path = (name: string): string => join(folder, name);
const pairs = Array.from({ length: 40 }, (_, i) => ({ query: `berapa harga nombor ${i}`, positive: `RM${i}` }));
writeFileSync(path("pairs.jsonl"), pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(""));

let api: ApiServer;
before(async () => {
  api = await startApi();
});
after(() => api.close());
beforeEach(() => {
  api.seen = [];
  api.usual = (response, seen) => {
    const text = seen.body.messages!.at(-1)!.content.split("\n\n")[1];
    message(JSON.stringify({ manglish: `${text} lah` }))(response, seen);
  };
});

const asks = (output: string, cache: string): string[] => [
  ...["augment", path("pairs.jsonl"), "--with", "endpoint", "--endpoint", api.url, "--model", "m"],
  ...["--prompt", "manglish", "--concurrency", "2", "--price", "1,3", "--json"],
  ...["--output", path(output), "--answers", path(cache)],
];

test("augment with noise writes rows and a report, the same ones each time", async () => {
  const args = ["augment", path("pairs.jsonl"), "--with", "noise", "--strength", "1", "--seed", "4", "--json"];
  const { code, out, err } = await cli([...args, "--output", path("a.jsonl")]);
  assert.equal(code, 0, err);
  const rows = readFileSync(path("a.jsonl"), "utf8").trimEnd().split("\n");
  const report = JSON.parse(out);
  assert.deepEqual([report.parents, report.rows, report.output], [40, rows.length, path("a.jsonl")]);
  assert.deepEqual([JSON.parse(rows[0]).parent, JSON.parse(rows[0]).seed], ["row-1", 4]);
  await cli([...args, "--output", path("b.jsonl")]);
  assert.equal(readFileSync(path("b.jsonl"), "utf8"), readFileSync(path("a.jsonl"), "utf8"));
});

test("killed with -9 at any request, the same command goes on: no row lost, none twice, no answer paid twice", async () => {
  const whole = await cli(asks("whole.jsonl", "whole-cache"));
  assert.equal(whole.code, 0, whole.err);
  const { usage } = JSON.parse(whole.out);
  // 40 answers of 10 tokens at $1 and 5 at $3 a million
  assert.deepEqual([usage.requests, usage.dollars], [40, 1000 / 1e6]);
  const well = api.usual;
  for (const at of [1, 9, 30]) {
    const [output, cache] = [`killed-${at}.jsonl`, `cache-${at}`];
    let kill: (() => void) | undefined;
    api.seen = [];
    api.usual = (response, seen) => (api.seen.length === at ? kill?.() : well(response, seen));
    const killed = await cli(asks(output, cache), {
      meddle: (child) => {
        kill = () => child.kill("SIGKILL");
      },
    });
    assert.equal(killed.code, null);
    assert.ok(!existsSync(path(output)), "half an output is none");
    api.usual = well;
    api.seen = [];
    const { code, out, err } = await cli(asks(output, cache));
    assert.equal(code, 0, err);
    assert.equal(readFileSync(path(output), "utf8"), readFileSync(path("whole.jsonl"), "utf8"));
    // at most what was on its way is asked for again
    assert.ok(api.seen.length <= 40 - at + 3, `${api.seen.length} requests after ${at - 1}`);
    assert.equal(JSON.parse(out).usage.requests, api.seen.length);
  }
});

test("the key goes to the API and nowhere else", async () => {
  const key = "sk-rahsia-98765";
  const start = { env: { KUNCI: key, SULAM_DEBUG: "1" } };
  const args = [...asks("key.jsonl", "key-cache"), "--key-variable", "KUNCI"];
  // the first parent is done, so that there is work to look into
  const well = api.usual;
  api.usual = (response, seen) => {
    const isFirst = seen.body.messages!.at(-1)!.content.endsWith("nombor 0");
    (isFirst ? well : answer(401, { error: { message: `bad key ${key}` } }))(response, seen);
  };
  const refused = await cli(args, start);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /the answer was 401: bad key \[key\]/);
  assert.ok(!`${refused.out}${refused.err}${readFileSync(path("key.jsonl.part"))}`.includes(key), "the key was shown");
  assert.ok(api.seen.every((seen) => seen.key === `Bearer ${key}`));
  const missing = await cli(args);
  assert.match(missing.err, /the key must stand in the variable KUNCI; it is not set/);
});

test("wrong usage is told in one line", async () => {
  const to = ["--output", path("x.jsonl")];
  const slips: [string[], number, RegExp][] = [
    [[path("pairs.jsonl")], 2, /--with and --output must be given/],
    [[path("pairs.jsonl"), "--with", "magic", ...to], 2, /Allowed choices are noise, endpoint/],
    [[path("pairs.jsonl"), "--with", "endpoint", ...to], 2, /--endpoint and --model must be given/],
    [[path("pairs.jsonl"), "--with", "noise", "--strength", "2", ...to], 2, /a number from 0 to 1/],
    [[path("pairs.jsonl"), "--with", "noise", "--kinds", "typo", ...to], 1, /a kind must be one of shortform/],
    [["malay-mini", "--with", "noise", "--splits", "tets", ...to], 2, /of train, dev and test/],
    [["absent.jsonl", "--with", "noise", ...to], 1, /absent\.jsonl/],
  ];
  const outcomes = await Promise.all(slips.map(([args]) => cli(["augment", ...args])));
  for (const [i, [, exit, words]] of slips.entries()) {
    const { code, out, err } = outcomes[i];
    assert.deepEqual([code, out], [exit, ""], err);
    assert.match(err, words);
    assert.doesNotMatch(err, /bug/);
  }
});

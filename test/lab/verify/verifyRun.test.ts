import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { type VerifyOptions, verifyRun } from "../../../src/lab/verify/verifyRun.ts";
import { exchange, project, tampered } from "./project.ts";

const made = project();
let runId = "";
let lines: Record<string, unknown>[] = [];

before(async () => {
  runId = await made.run();
  lines = await made.exported(runId);
});

interface Verified {
  verdict: string;
  names: string[];
  notes: string;
}

async function verify(run: string, more: Partial<VerifyOptions> = {}): Promise<Verified> {
  const given = { run, cwd: made.folder, env: made.env, storeDir: join(made.folder, ".sulam"), ...more };
  const { verdict, differences, notes } = await verifyRun(given);
  return { verdict, names: differences.map(({ what, name }) => `${what} ${name}`), notes: notes.join(" ") };
}

/** An export of the run with some lines altered. */
function altered(change: Parameters<typeof tampered>[2]): string {
  return tampered(join(made.folder, ".sulam/altered.jsonl"), lines, change);
}

type Line = Record<string, unknown>;

/** An artifact's line whose text, and with it its sha256, somebody has altered. */
function rewritten(line: Line, from: string, to: string): Line {
  const text = (line.text as string).replaceAll(from, to);
  return { ...line, text, sha256: createHash("sha256").update(text).digest("hex") };
}

function worktrees(): string[] {
  return made.git("worktree", "list").split("\n").slice(1);
}

test("a run of a clean checkout comes out bit for bit, from the store, and from its export by the beginning of its id", async () => {
  const { code, out, err } = await made.cli(["verify", runId.slice(0, 8), "--json"]);
  assert.deepEqual(
    [code, JSON.parse(out)],
    [0, { verdict: "bit-equal", differences: [], runId, tolerance: 0.02, notes: [] }],
    err,
  );
  assert.match(err, /finds most/);
  assert.doesNotMatch(err, /runs show/, "the run that was made again is gone");
  assert.deepEqual(worktrees(), [], "no worktree stays");
});

test("an export is found by the beginning of its id; another processor is named, with the tolerance that then holds", async () => {
  mkdirSync(join(made.folder, "experiments/runs"), { recursive: true });
  tampered(join(made.folder, `experiments/runs/${runId}.jsonl`), lines, (line) => {
    if (line.path !== "source/environment.json") return line;
    const { cpu } = JSON.parse(line.text as string);
    return rewritten(line, cpu, "Another");
  });
  const { verdict, names, notes } = await verify(runId.slice(0, 8), {
    storeDir: join(made.folder, "empty"),
    tolerance: 0.01,
  });
  assert.deepEqual([verdict, names], ["bit-equal", []]);
  assert.match(notes, /cpu: Another, here .*the same bits are not promised\. Tolerance: 0\.01/);
});

test("an altered figure contradicts its table, and is told without running anything", async () => {
  const file = altered((line) =>
    line.key === "tuned/query/recallAt5" ? { ...line, value: (line.value as number) + 0.001 } : line,
  );
  const { code, out } = await made.cli(["verify", file]);
  assert.deepEqual([code, /: different\.\n/.test(out)], [1, true], out);
  const { names, notes } = await verify(file);
  assert.deepEqual(names, ["record tuned/query/recallAt5 (beside its table)"]);
  assert.match(notes, /not run again/);
});

test("an altered loss, weights' sha256, setting and digest of the data are found by running again", async () => {
  const zeros = "0".repeat(32);
  const { digest } = lines.find(({ type }) => type === "dataset") as { digest: string };
  const { names } = await verify(
    altered((line) => {
      if (line.key === "tuned/loss" && line.step === 3) return { ...line, value: 0.999999 * (line.value as number) };
      if (line.path === "models/tuned/model.safetensors") return { ...line, sha256: zeros + zeros };
      if (line.key === "seed") return { ...line, value: "7" };
      if (line.type === "dataset") return { ...line, digest: zeros };
      return line.path === "source/environment.json" ? rewritten(line, digest, zeros) : line;
    }),
  );
  const found = ["data tiny", "config seed", "metric tuned/loss at step 3", "weights models/tuned/model.safetensors"];
  assert.deepEqual(names, found);
});

test("an altered experiment, its sha256 altered with it, gives other settings, losses and weights", async () => {
  const change = (line: Line): Line =>
    line.path === "experiment.json" ? rewritten(line, '"lr": 0.01', '"lr": 0.02') : line;
  const { verdict, names } = await verify(altered(change));
  assert.equal(verdict, "different");
  assert.match(names.join(", "), /config train\.lr.*metric tuned\/loss at step 2.*weights models\/tuned/);
});

test("a text that does not have its sha256 is told", async () => {
  const file = altered((line) =>
    line.path === "tables/recallByDomain.json" ? { ...line, text: `${line.text} ` } : line,
  );
  const { verdict, names } = await verify(file);
  assert.deepEqual([verdict, names], ["different", ["record tables/recallByDomain.json (sha256 of its text)"]]);
});

test("a data file that was changed since is told; one that a later commit changed is not the run's", async () => {
  const data = join(made.folder, "tiny.jsonl");
  copyFileSync(data, join(made.folder, ".sulam/kept.jsonl"));
  exchange(data, "kucing", "harimau");
  const changed = await verify(runId);
  assert.equal(changed.verdict, "different");
  assert.deepEqual(changed.names, ["data tiny.jsonl in this checkout"]);
  made.git("commit", "-q", "-am", "other data");
  const later = await verify(runId);
  assert.deepEqual([later.verdict, later.names], ["bit-equal", []]);
  assert.match(later.notes, /A later commit changed the data/);
  const here = await verify(runId, { here: true });
  assert.equal(here.verdict, "different");
  assert.match(here.names.join(", "), /data tiny/);
  copyFileSync(join(made.folder, ".sulam/kept.jsonl"), data);
  made.git("commit", "-q", "-am", "the first data again");
});

test("a run with uncommitted changes is made again with those that it recorded, and says so", async () => {
  const data = join(made.folder, "tiny.jsonl");
  exchange(data, "anjing", "serigala");
  const dirty = await made.run();
  const recorded = await made.exported(dirty);
  made.git("checkout", "-q", "tiny.jsonl");
  const again = await verify(dirty);
  assert.deepEqual([again.verdict, again.names], ["bit-equal", []]);
  assert.match(again.notes, /made with uncommitted changes\. The recorded ones are applied/);
  const without = recorded.filter(({ path }) => path !== "source/uncommitted.diff");
  const file = join(made.folder, ".sulam/without.jsonl");
  writeFileSync(file, without.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const lost = await verify(file);
  assert.equal(lost.verdict, "different");
  assert.match(lost.notes, /missing here \(the record does not hold them\)/);
});

test("an unknown run, an absent commit, an unfinished run and one without experiment each get their sentence", async () => {
  const slips: [string | Parameters<typeof tampered>[2], RegExp][] = [
    ["abcdef", /no run abcdef is in the store or in experiments\/runs/],
    [
      (line) => (line.key === "mlflow.source.git.commit" ? { ...line, value: "1".repeat(40) } : line),
      /commit 111111111111, which is not in .*git fetch/,
    ],
    [(line) => (line.type === "run" ? { ...line, status: "KILLED" } : line), /is KILLED, not FINISHED/],
    [(line) => (line.path === "experiment.json" ? { ...line, path: "x.json" } : line), /keeps no experiment/],
  ];
  for (const [run, words] of slips) {
    await assert.rejects(verify(typeof run === "string" ? run : altered(run)), words);
  }
  const { code, err } = await made.cli(["verify", runId, "--tolerance", "2"]);
  assert.equal(code, 2, err);
});

test("Ctrl-C takes the worktree away; after kill -9 the next call does", async () => {
  const { code, err } = await made.cli(["verify", runId], {
    // its worktree stands when the run in it speaks
    meddle: (child) => child.stderr?.on("data", (chunk) => /^Run /m.test(String(chunk)) && child.kill("SIGINT")),
  });
  assert.equal(code, 130, err);
  assert.deepEqual(worktrees(), []);
  let pid: number | undefined;
  await made.cli(["verify", runId], {
    meddle: (child) => {
      pid = child.pid;
      child.stderr?.on("data", (chunk) => /^Run /m.test(String(chunk)) && child.kill("SIGKILL"));
    },
  });
  assert.equal(worktrees().length, 1, "nobody could remove it");
  assert.equal((await verify(runId)).verdict, "bit-equal");
  assert.deepEqual(worktrees(), []);
  const left = readdirSync(tmpdir()).filter((name) => name.startsWith(`sulam-verify-${pid}-`));
  assert.deepEqual(left, []);
});

test("further pairs that lie in the checkout alone are found again; when they were changed, that is told", async () => {
  const more = join(made.folder, "more.jsonl");
  writeFileSync(more, '{"query": "apa itu kucing", "positive": "seekor haiwan"}\n'.repeat(4));
  const further = await made.run("--set", "data.more=[more.jsonl]");
  const again = await verify(further);
  assert.deepEqual([again.verdict, again.names], ["bit-equal", []], again.notes);
  // the store has known these pairs longer than the next dataset
  copyFileSync(join(made.folder, "tiny.jsonl"), join(made.folder, ".sulam/own.jsonl"));
  exchange(join(made.folder, ".sulam/own.jsonl"), "kucing", "harimau");
  const other = await made.run("--set", "data.more=[more.jsonl]", "--set", "data.name=.sulam/own.jsonl");
  const second = await verify(other);
  assert.deepEqual([second.verdict, second.names], ["bit-equal", []], second.notes);
  exchange(more, "haiwan", "binatang");
  const changed = await verify(further);
  assert.deepEqual([changed.verdict, changed.names], ["different", ["data more.jsonl in this checkout"]]);
});

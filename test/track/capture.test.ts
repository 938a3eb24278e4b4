import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { capture } from "../../src/track/capture.ts";
import { gitState } from "../../src/track/gitState.ts";
import { redact } from "../../src/track/redact.ts";
import { withRun } from "../../src/track/withRun.ts";
import { scratch, scratchStore } from "./scratch.ts";

const AROUND = { argv: ["/usr/bin/node", "train.ts"], env: {} };

function git(cwd: string, ...args: string[]): string {
  const me = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
  return execFileSync("git", [...me, ...args], { cwd, encoding: "utf8" }).trim();
}

/** A checkout with one commit of `train.ts` and `.env`, on branch `topic`. */
function checkout(t: TestContext): string {
  const dir = scratch(t);
  git(dir, "init", "-q", "-b", "topic");
  writeFileSync(join(dir, "train.ts"), "one\n");
  writeFileSync(join(dir, ".env"), "A=1\n");
  git(dir, "add", "-A");
  git(dir, "commit", "-q", "-m", "first");
  return dir;
}

test("a clean checkout gives commit and branch, as git says them", (t) => {
  const dir = checkout(t);
  mkdirSync(join(dir, "notebooks"));
  const state = gitState(join(dir, "notebooks"));
  assert.deepEqual([state?.commit, state?.branch], [git(dir, "rev-parse", "HEAD"), "topic"]);
  assert.deepEqual([state?.isDirty, state?.diff, state?.untracked], [false, "", []]);
});

test("a dirty checkout gives the difference and the names of untracked files, but no file of secrets", (t) => {
  const dir = checkout(t);
  writeFileSync(join(dir, "train.ts"), "two\n");
  writeFileSync(join(dir, ".env"), "PASSWORD=hunter2hunter2\n");
  writeFileSync(join(dir, "new file.txt"), "content that is not kept");
  mkdirSync(join(dir, "deep"));
  writeFileSync(join(dir, "deep/ü.txt"), "");
  const state = gitState(dir);
  assert.equal(state?.isDirty, true);
  assert.match(state?.diff ?? "", /-one\n\+two/);
  assert.doesNotMatch(state?.diff ?? "", /hunter2|\.env/);
  assert.deepEqual(state?.untracked.sort(), ["deep/ü.txt", "new file.txt"]);
});

test("places in variables and in words like --store=PLACE are told from the project, so that no home folder is noted", (t) => {
  const dir = checkout(t);
  const env = { SULAM_STORE: "/home/someone/runs", LANG: "C.UTF-8" };
  const argv = ["/usr/bin/node", join(dir, "train.ts"), "--store=/home/someone/runs", `--out=${dir}/out`, "a=b"];
  const { files } = capture({ cwd: dir, argv, env });
  const noted = JSON.parse(files["source/environment.json"]);
  assert.deepEqual(noted.env, { LANG: "C.UTF-8", SULAM_STORE: "runs" });
  assert.deepEqual(noted.argv, ["node", "train.ts", "--store=runs", "--out=out", "a=b"]);
  assert.doesNotMatch(JSON.stringify(files), /someone/);
});

test("outside a checkout, and before the first commit, there is no git state and no error", (t) => {
  const dir = scratch(t);
  assert.equal(gitState(dir), undefined);
  git(dir, "init", "-q");
  assert.equal(gitState(dir), undefined);
  assert.equal(capture({ cwd: dir, ...AROUND }).tags["mlflow.source.name"], "train.ts");
});

test("versions, lock file, seed and data are noted; a variable that is not allowed is not even read", (t) => {
  const dir = scratch(t);
  writeFileSync(
    join(dir, "package.json"),
    '{"name": "mine", "version": "1.2.3", "dependencies": {"a": "^1", "gone": "1"}}',
  );
  writeFileSync(join(dir, "package-lock.json"), "locked");
  mkdirSync(join(dir, "node_modules/a"), { recursive: true });
  writeFileSync(join(dir, "node_modules/a/package.json"), '{"version": "1.9.0"}');
  const read: string[] = [];
  const env = new Proxy(
    { OMP_NUM_THREADS: "2", AWS_SECRET_ACCESS_KEY: "s3cr3t", HF_TOKEN: "t" } as Record<string, string>,
    {
      get(target, name) {
        read.push(String(name));
        return target[String(name)];
      },
    },
  );
  const { files } = capture({ cwd: dir, argv: ["node", join(dir, "run.ts")], env, seed: 7, data: { "a.jsonl": "ff" } });
  const noted = JSON.parse(files["source/environment.json"]);
  assert.deepEqual(noted.env, { OMP_NUM_THREADS: "2" });
  assert.ok(read.length > 5 && !read.some((name) => /SECRET|TOKEN/.test(name)));
  assert.deepEqual(noted.dependencies, { mine: "1.2.3", a: "1.9.0" });
  const sha256 = createHash("sha256").update("locked").digest("hex");
  assert.deepEqual(noted.lockFile, { name: "package-lock.json", sha256 });
  assert.deepEqual([noted.seed, noted.data, noted.node], [7, { "a.jsonl": "ff" }, process.version]);
});

test("paths are told from the project, and secrets among the arguments are masked", (t) => {
  const dir = checkout(t);
  const argv = [
    "/home/somebody/bin/node",
    join(dir, "train.ts"),
    "--token",
    "abcd1234",
    "--api-key=wxyz9876",
    "--lr=1",
  ];
  const { files, tags } = capture({ cwd: dir, argv, env: {} });
  const noted = JSON.parse(files["source/environment.json"]);
  assert.deepEqual(noted.argv, ["node", "train.ts", "--token", "[secret]", "--api-key=[secret]", "--lr=1"]);
  assert.equal(tags["mlflow.source.name"], "train.ts");
  assert.doesNotMatch(files["source/environment.json"], /somebody|sulam-track/);
});

test("what looks like a secret is masked, ordinary text is not", () => {
  const token = `hf_${"a".repeat(34)}`;
  const cases: [string, string][] = [
    [`x ${token} y`, "x [secret] y"],
    ["https://me:pw@host/repo.git", "https://[secret]@host/repo.git"],
    ['{"password": "hunter22"}', '{"password": "[secret]"}'],
    ["Authorization: Bearer abcdef12", "Authorization: Bearer [secret]"],
    ["-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----", "[secret]"],
    ["lr=0.1 and maxLength: 128, batchSize=32", "lr=0.1 and maxLength: 128, batchSize=32"],
    [
      "tokenBudget=4096, tokenizer: llama, maxTokens=128, the token itself",
      "tokenBudget=4096, tokenizer: llama, maxTokens=128, the token itself",
    ],
    ["src/tokenizer/bpe.ts", "src/tokenizer/bpe.ts"],
  ];
  for (const [text, masked] of cases) assert.equal(redact(text), masked);
});

test("a run notes its surroundings once, as MLflow's tags and as artifacts", async (t) => {
  const store = scratchStore(t);
  const cwd = checkout(t);
  writeFileSync(join(cwd, "train.ts"), "two\n");
  const id = await withRun({ store, cwd, seed: 3 }, (run) => run.id);
  const { tags } = store.run(id);
  assert.equal(tags["mlflow.source.git.commit"], git(cwd, "rev-parse", "HEAD"));
  assert.deepEqual([tags["mlflow.source.git.branch"], tags["mlflow.source.git.dirty"]], ["topic", "true"]);
  const paths = store.artifacts(id).map(({ path }) => path);
  assert.deepEqual(paths, ["source/environment.json", "source/uncommitted.diff"]);
  assert.match(Buffer.from(store.readArtifact(id, "source/uncommitted.diff")).toString(), /\+two/);
});

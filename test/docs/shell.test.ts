import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type ApiServer, message, startApi } from "../remote/apiServer.ts";
import { blocks, pages } from "./pages.ts";
import { newReader, type Reader } from "./reader.ts";

/** Lines that are not run here, and what runs them. The first that matches counts. */
const ELSEWHERE: [line: RegExp, reason: string][] = [
  [/^npm start/, "minutes of training; `.ci/run` does the same set-up, and test/lab runs small experiments"],
  [/^(npm test|bash \.ci\/run|npm run docs)/, "`.ci/run` is made of it"],
  [/^npm run soak/, "a night; test/kernel runs the same with fewer cells"],
  [/ python /, "test/reference/mlflow.test.ts runs MLflow's client"],
  [/^npx sulam run experiments\/zero-shot/, "`.ci/run` makes that run again by `verify`"],
  [/^npx sulam reproduce similarity/, "test/cli/reproduce.test.ts runs it on a small pool"],
  [/^node scripts\/tables/, "test/lab/verify/committedRuns.test.ts compares its tables with the committed ones"],
];

/** What a line becomes where it names what every reader has another of, or would take minutes. */
const INSTEAD: [line: RegExp, by: string][] = [
  [/\b(3f9a|RUN|ID)\b/g, "$RUN"],
  [/\b81c2\b/g, "$OTHER"],
  [/http:\/\/team:5000/g, "$TEAM"],
  [/http:\/\/127\.0\.0\.1:8080\/v1/g, "$API"],
  [/^npx sulam run my\.yaml/, "$& --set data.name=small.jsonl --set model.maxLength=16 --set train.maxLength=16"],
  // malay-mini's passages take minutes
  [/^npx sulam rag minilm/, "$& --documents docs.jsonl --questions questions.jsonl"],
  [/^npx sulam ui\b.*/, "npx sulam ui --no-open --port 0"],
  // the code of the run's own commit is checked out by test/lab/verify
  [/^npx sulam verify (?!.*--here)\S+/, "$& --here"],
  // it tells by its exit code that they differ
  [/^npx sulam notebook diff .*/, "set +e; $&; [ $? = 1 ]"],
  // what the page's reader did in between
  [/^npx sulam mine .*scored\.jsonl/, `sed 's/}$/, "score": 0.1}/' candidates.jsonl > scored.jsonl; $&`],
  [
    /^npx sulam mine vectors\.npy --pairs texts\.txt/,
    "npx sulam encode minilm --input texts.txt --output vectors.npy; $&",
  ],
];

/** The command lines of a block, each whole. */
function lines(text: string): string[] {
  const joined = text.replace(/\\\n/g, " ").split("\n");
  return joined.map((line) => line.replace(/(^|\s+)#.*$/, "").trim()).filter((line) => line !== "");
}

let api: ApiServer;
let first: Reader;
/** The values of the lines' variables. */
let given: string;
before(async () => {
  api = await startApi();
  api.usual = message(JSON.stringify({ en: "how much is it", ms: "berapa harganya" }));
  first = newReader();
  // two runs, one of them exported, and a TensorBoard log: what every reader has by then
  const [run, other] = [await runOnce("one"), await runOnce("two")];
  const exported = `npx sulam runs export ${run}`;
  const forms = `${exported} --output experiments/runs/${run}.jsonl; ${exported} --format tensorboard --output lightning_logs`;
  assert.equal((await first.type(forms)).code, 0);
  const team = await first.start("npx sulam ui --no-open --port 0 --store team");
  given = `RUN=${run}; OTHER=${other}; TEAM=${team}; API=${api.url}; `;
});
after(async () => {
  api.close();
  await first.leave();
});

async function runOnce(name: string): Promise<string> {
  const { code, out, err } = await first.type(`npx sulam run words.yaml --set name=${name} --json`);
  assert.equal(code, 0, err);
  return JSON.parse(out).runId;
}

for (const page of pages()) {
  const shell = blocks(page).filter(({ language }) => language === "sh");
  if (shell.length === 0) continue;
  describe(`a reader of ${page.path} types`, () => {
    let reader: Reader;
    before(() => {
      reader = newReader(first);
    });
    after(() => reader.leave());

    for (const { where, text } of shell)
      for (const line of lines(text)) {
        const reason = ELSEWHERE.find(([what]) => what.test(line))?.[1];
        test(`${where} ${line}`, { skip: reason }, async () => {
          const typed = INSTEAD.reduce((now, [what, by]) => now.replace(what, by), line);
          if (/^npx sulam ui/.test(line)) {
            const address = await reader.start(typed);
            assert.equal(await (await fetch(`${address}/health`)).text(), "OK");
            return;
          }
          const { code, err } = await reader.type(given + typed);
          assert.equal(code, 0, `${typed}\n${err}`);
        });
      }
  });
}

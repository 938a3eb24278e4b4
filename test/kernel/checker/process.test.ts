import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { CheckerReply } from "../../../src/kernel/checkerMessages.ts";

const main = fileURLToPath(new URL("../../../src/kernel/checker/main.ts", import.meta.url));
const child: ChildProcess = fork(main, [], { execArgv: ["--import", "tsx", "--conditions=source"] });
after(() => child.kill());
let id = 0;

async function ask(question: object): Promise<CheckerReply> {
  child.send({ id: ++id, ...question });
  const [reply] = (await once(child, "message")) as [CheckerReply];
  assert.equal(reply.id, id);
  return reply;
}

/** Park and Miller's generator, so that a failure can be had again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

const PARTS =
  "const let var function class enum namespace import export from as type interface declare global using await async yield " +
  "new this super extends implements { } ( ) [ ] < > => = == ; , . ... ? ?. : :: @ # ` ${ ' \" / /* */ // \\ \n \r \t a b x f 0 1n 1e9 " +
  "'s' /r/ <div> </div> <T,> %time !ls %x \u2028 \u{1F600} \ud800 \0 infer keyof unique symbol satisfies in of for if else";

test("the checker answers before start, and lives", async () => {
  assert.ok("error" in (await ask({ method: "check", cell: 1, code: "1" })), "no error before start");
});

test("random garbage gets an answer to each request and leaves the checker as it was", async () => {
  await ask({ method: "start", cwd: tmpdir() });
  await ask({ method: "check", cell: 1, code: "const anchor: number = 1;" });
  await ask({ method: "commit", cell: 1 });
  const next = random(20261125);
  const parts = PARTS.split(" ");
  for (let round = 0; round < 150; round++) {
    const length = 1 + Math.floor(next() * 12);
    const code = Array.from({ length }, () => parts[Math.floor(next() * parts.length)]).join(next() < 0.5 ? " " : "");
    const offset = Math.floor(next() * (code.length + 1));
    const cell = round + 2;
    const checked = await ask({ method: "check", cell, code });
    if ("result" in checked && (checked.result as { js?: string }).js !== undefined)
      await ask({ method: "commit", cell });
    await ask({ method: "complete", code, offset });
    await ask({ method: "inspect", code, offset, detail: 0 });
    const state = await ask({ method: "isComplete", code });
    assert.ok("result" in state, `isComplete of ${JSON.stringify(code)}: ${"error" in state ? state.error : ""}`);
  }
  const { result } = (await ask({ method: "check", cell: 900, code: "anchor.nope" })) as {
    result: { problem: object };
  };
  assert.match(JSON.stringify(result.problem), /'nope' does not exist on type 'number'/);
});

test("an expression is translated alone; a bad one is a syntax error", async () => {
  const good = (await ask({ method: "expression", code: "{ a: 1 } as object" })) as { result: { js: string } };
  assert.match(good.result.js, /\(\{ a: 1 \}\);?$/);
  const bad = (await ask({ method: "expression", code: "1 +" })) as { result: { problem: { ename: string } } };
  assert.equal(bad.result.problem.ename, "SyntaxError");
});

test("the process ends when its supervisor lets go", async () => {
  const exit = once(child, "exit");
  child.disconnect();
  assert.deepEqual(await exit, [0, null]);
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkerStarter } from "../../../src/kernel/supervisor/checkerStarter.ts";

const good = {
  file: fileURLToPath(new URL("stubChecker.ts", import.meta.url)),
  execArgv: ["--import", import.meta.resolve("tsx"), "--conditions=source"],
};
const bad = { ...good, execArgv: ["--snapshot-blob", "/no/such/file"] };
const question = { method: "start", cwd: "/" } as const;

describe("the start-up snapshot", { timeout: 120_000 }, () => {
  test("is used again after a checker that answered has died", async () => {
    const start = checkerStarter([good, bad]);
    const first = start();
    await first.ask(question, 60_000);
    await assert.rejects(first.ask({ method: "check", cell: 1, code: "die" }, 60_000), /exit code 9/);
    const second = start();
    assert.equal(await second.ask(question, 60_000), null);
    second.kill();
  });

  test("is used again after a checker was killed before its first answer", async () => {
    const start = checkerStarter([good, bad]);
    const first = start();
    first.kill();
    // the reason is the signal, or the channel that it closed, whichever is heard of first
    await assert.rejects(first.ask(question, 60_000), { name: "CheckerFailure" });
    const second = start();
    assert.equal(await second.ask(question, 60_000), null);
    second.kill();
  });

  test("is given up when a checker could not start from it", async () => {
    const start = checkerStarter([bad, good]);
    await assert.rejects(start().ask(question, 60_000), { name: "CheckerFailure" });
    const second = start();
    assert.equal(await second.ask(question, 60_000), null);
    second.kill();
  });
});

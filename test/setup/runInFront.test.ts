import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, test } from "node:test";

/** A program that says when it can take a signal, and answers it a moment later with a code of its own. */
const PROGRAM = `
  const hold = setInterval(() => {}, 1000);
  const end = (code) => setTimeout(() => { console.log("ended"); clearInterval(hold); process.exitCode = code; }, 100);
  process.on("SIGINT", () => end(130)).on("SIGTERM", () => end(7));
  console.log("ready");`;

/** Runs a program behind runInFront in a process group of its own, as a shell does. */
async function signalled(program: string, send: (pid: number) => void) {
  const module = new URL("../../scripts/runInFront.mjs", import.meta.url).href;
  const script = `const { runInFront } = await import("${module}");
    process.exitCode = await runInFront(process.execPath, ["-e", ${JSON.stringify(program)}], { cwd: "." });`;
  const args = ["--input-type=module", "-e", script];
  const parent = spawn(process.execPath, args, { detached: true, stdio: ["ignore", "pipe", "inherit"] });
  const { pid } = parent;
  assert.ok(pid);
  let said = "";
  parent.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (said === "") send(pid);
    said += text;
  });
  const [code] = await once(parent, "close");
  return { code, said };
}

describe("a program that has the terminal", () => {
  test("is waited for after Ctrl-C, and its exit code is kept", async () => {
    const interrupt = (pid: number) => process.kill(-pid, "SIGINT");
    assert.deepEqual(await signalled(PROGRAM, interrupt), { code: 130, said: "ready\nended\n" });
  });

  test("gets the SIGTERM that its parent gets", async () => {
    const terminate = (pid: number) => process.kill(pid, "SIGTERM");
    assert.deepEqual(await signalled(PROGRAM, terminate), { code: 7, said: "ready\nended\n" });
  });

  test("that a signal ends gives 128 and the signal's number", async () => {
    const program = 'console.log("ready"); setTimeout(() => {}, 60_000);';
    const terminate = (pid: number) => process.kill(pid, "SIGTERM");
    assert.deepEqual(await signalled(program, terminate), { code: 143, said: "ready\n" });
  });
});

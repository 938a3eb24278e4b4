import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("a SIGINT, as of Ctrl-C to the kernel's process group, does not end the type checker", {
  timeout: 60_000,
}, async () => {
  const file = fileURLToPath(new URL("../../../src/kernel/checker/main.ts", import.meta.url));
  const execArgv = ["--import", import.meta.resolve("tsx"), "--conditions=source"];
  const child = fork(file, [], { execArgv, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const ended = once(child, "exit").then(([, signal]) => `ended by ${signal}`);
  try {
    for (const id of [1, 2]) {
      const replied = once(child, "message").then(([reply]) => reply.id);
      child.send({ id, method: "isComplete", code: "1" });
      assert.equal(await Promise.race([replied, ended]), id);
      child.kill("SIGINT");
    }
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
});

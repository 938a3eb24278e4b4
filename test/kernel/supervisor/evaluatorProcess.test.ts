import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { describeDeath } from "../../../src/kernel/supervisor/describeDeath.ts";
import { type EvaluatorDeath, EvaluatorProcess } from "../../../src/kernel/supervisor/evaluatorProcess.ts";

/** Runs a program as the evaluator; resolves with its death and what it wrote to descriptor 1 before. */
async function dieOf(
  program: string,
  meddle: (evaluator: EvaluatorProcess) => void,
): Promise<EvaluatorDeath & { out: string }> {
  const folder = mkdtempSync(join(tmpdir(), "sulam-evaluator-"));
  const file = join(folder, "main.mjs");
  writeFileSync(file, program);
  let out = "";
  try {
    return await new Promise((resolve) => {
      const evaluator = new EvaluatorProcess(
        { file, execArgv: [] },
        {
          event: () => {},
          raw: (name, text) => {
            if (name === "stdout") out += text;
          },
          dead: (death) => resolve({ ...death, out }),
        },
      );
      meddle(evaluator);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("what an evaluator wrote before it died is read out, also when reading was paused then", async () => {
  const program = `import { writeSync } from "node:fs"; writeSync(1, "x".repeat(60_000)); process.exit(3);`;
  const { code, out } = await dieOf(program, (evaluator) => {
    evaluator.pause();
    setTimeout(() => evaluator.resume(), 1500);
  });
  assert.equal(code, 3);
  assert.equal(out.length, 60_000);
});

test("a child that keeps the pipes open does not hide the death, and the last words are kept", async () => {
  const program = `import { spawn } from "node:child_process"; import { writeSync } from "node:fs";
    writeSync(2, "last words"); spawn("sleep", ["5"], { stdio: "inherit" }).unref(); process.abort();`;
  const { signal, lastWords } = await dieOf(program, () => {});
  assert.equal(signal, "SIGABRT");
  assert.match(lastWords, /last words/);
});

test("a child that prints for ever does not hide the death", { timeout: 20_000 }, async () => {
  const program = `import { spawn } from "node:child_process";
    spawn("sh", ["-c", "for i in $(seq 500); do echo x; sleep .02; done; echo end"], { stdio: "inherit" }); process.exit(1);`;
  const { code, out } = await dieOf(program, () => {});
  assert.equal(code, 1);
  assert.match(out, /^(x\n)+$/);
});

test("garbage on the descriptor of the events ends the evaluator, and not the kernel", async () => {
  const program = `import { writeSync } from "node:fs"; writeSync(3, "\\x05\\0\\0\\0{{{{{"); setInterval(() => {}, 1000);`;
  const death = await dieOf(program, () => {});
  assert.equal(death.signal, "SIGKILL");
  assert.match(describeDeath(death).evalue, /^A cell wrote to file descriptor 3/);
  // as a length, its first four bytes would be waited for without an end
  const text = `import { writeSync } from "node:fs"; writeSync(3, "some text\\n"); setInterval(() => {}, 1000);`;
  assert.equal((await dieOf(text, () => {})).signal, "SIGKILL");
});

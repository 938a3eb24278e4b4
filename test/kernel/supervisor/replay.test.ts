import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Checker as TypeChecker } from "../../../src/kernel/checker/checker.ts";
import { newRegistry } from "../../../src/kernel/checker/newRegistry.ts";
import { Checker } from "../../../src/kernel/supervisor/checker.ts";
import { CheckerFailure, CheckerProcess, type CheckerQuestion } from "../../../src/kernel/supervisor/checkerProcess.ts";

const folder = mkdtempSync(join(tmpdir(), "sulam-replay-"));
after(() => rmSync(folder, { recursive: true }));

const execArgv = ["--import", import.meta.resolve("tsx"), "--conditions=source"];
const file = fileURLToPath(new URL("stubChecker.ts", import.meta.url));

async function withStub(use: (checker: Checker) => Promise<void>): Promise<void> {
  const checker = new Checker(() => new CheckerProcess({ file, execArgv }), "/");
  try {
    await use(checker);
  } finally {
    checker.stop();
  }
}

describe("a new checker", { timeout: 60_000 }, () => {
  test("is told each committed cell's own text, also when a completion held up a commit", () =>
    withStub(async (checker) => {
      await checker.check(1, "let a");
      void checker.complete("a", 1);
      void checker.commit(1);
      await checker.check(2, "let b");
      await checker.commit(2);
      checker.cancel();
      assert.deepEqual((await checker.complete("", 0)).matches, ["let a", "let b"]);
    }));

  test("that a completion started while a cell ran keeps that cell", () =>
    withStub(async (checker) => {
      await checker.check(1, "let a");
      await checker.commit(1);
      await checker.check(2, "let b");
      checker.cancel();
      await checker.complete("", 0);
      await checker.commit(2);
      assert.deepEqual((await checker.complete("", 0)).matches, ["let a", "let b"]);
    }));
});

/** The real type checker within this process; `die` loses it as the death of its process would. */
class Here {
  readonly questions: CheckerQuestion[] = [];
  private checker = new TypeChecker(folder, newRegistry());
  private isGone = false;

  die(): void {
    this.isGone = true;
  }

  kill(): void {
    this.isGone = true;
  }

  async ask(question: CheckerQuestion): Promise<unknown> {
    if (this.isGone) throw new CheckerFailure("gone", true);
    this.questions.push(question);
    if (question.method === "check") return this.checker.check(question.cell, question.code, question.isLenient);
    if (question.method === "commit") return this.checker.commit(question.cell);
    if (question.method === "restore") this.checker.restore(question.kept, question.isStrict);
    return null;
  }
}

/** A checker whose processes are in this one: the latest comes last. */
function checkerHere(): { checker: Checker; started: Here[]; run: (cell: number, code: string) => Promise<string> } {
  const started: Here[] = [];
  const start = (): CheckerProcess => {
    started.push(new Here());
    return started.at(-1) as unknown as CheckerProcess;
  };
  const checker = new Checker(start, folder);
  const run = async (cell: number, code: string): Promise<string> => {
    const { js, problem } = await checker.check(cell, code);
    if (js === undefined) checker.drop(cell);
    else await checker.commit(cell);
    return problem?.evalue ?? "";
  };
  return { checker, started, run };
}

describe("a checker that died", () => {
  test("loses no name of a cell whose file has changed since", async () => {
    const { started, run } = checkerHere();
    writeFileSync(join(folder, "held.ts"), "export const held = { n: 1 };");
    assert.equal(await run(1, 'import { held } from "./held.ts";\nconst one: number = held.n;'), "");
    writeFileSync(join(folder, "held.ts"), 'export const held = { n: "text" };');
    started.at(-1)!.die();
    assert.equal(await run(2, "const two: number = one + 1;"), "");
    assert.match(await run(3, "one.nope"), /'nope' does not exist on type 'number'/);
  });

  test("knows what %check asked, also in a cell that failed, and in one that ran long ago", async () => {
    const { started, run } = checkerHere();
    assert.match(await run(1, "%check off\nconst = 1"), /expected/);
    started.at(-1)!.die();
    assert.equal(await run(2, 'const a: number = "x";'), "");
    started.at(-1)!.die();
    assert.equal(await run(3, "a.nope"), "");
    assert.match(await run(4, "%check on\na.nope"), /nope/);
    started.at(-1)!.die();
    assert.match(await run(5, "a.nope"), /'nope' does not exist on type 'number'/);
  });

  test("keeps for the next one what is in scope, and nothing of cells that others have replaced", async () => {
    const { started, run } = checkerHere();
    await run(1, "interface Row { n: number }");
    for (let cell = 2; cell <= 60; cell++) await run(cell, `const row: Row = { n: ${cell} }; let again = row.n;`);
    await run(61, "console.log(again)");
    started.at(-1)!.die();
    assert.match(await run(62, "row.nope; again.nope"), /'nope' does not exist on type 'Row'.*1 more/);
    const told = started.at(-1)!.questions.find(({ method }) => method === "restore");
    assert.ok(told?.method === "restore", "no restore");
    assert.deepEqual(
      told.kept.map(({ cell }) => cell),
      [1, 60],
    );
  });
});

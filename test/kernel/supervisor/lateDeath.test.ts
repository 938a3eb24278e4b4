import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { textOf, withStubKernel } from "./withStubKernel.ts";

describe("an evaluator that dies between cells", { timeout: 120_000 }, () => {
  test("does not take the next cell with it while a child's output hides its death", () =>
    inFolder(async (folder) =>
      withStubKernel(async ({ run }) => {
        const file = join(folder, "leave");
        const pid = Number(textOf((await run(`pid\nleave ${file}`)).messages));
        await run("printer");
        writeFileSync(file, "");
        while (lives(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
        const { reply, messages } = await run("print b");
        assert.equal(reply.status, "ok");
        assert.match(textOf(messages), /^b$/m);
      }),
    ));

  test("while the next cell is checked leaves that cell's names in scope, for it runs in the new one", () =>
    inFolder(async (folder) =>
      withStubKernel(async ({ client, run, ask, hears }) => {
        const [left, checked] = [join(folder, "left"), join(folder, "checked")];
        await run(`leave ${left}`);
        const code = `slow ${left} ${checked}\nprint b`;
        const cell = client.execute(code);
        await hears(({ content }) => content.name === "stderr" && /exit code 5/.test(String(content.text)));
        writeFileSync(checked, "");
        assert.equal((await cell.reply).content.status, "ok");
        assert.deepEqual((await ask("complete_request", { code: "", cursor_pos: 0 })).reply.matches, [code]);
      }),
    ));
});

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sulam-death-"));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

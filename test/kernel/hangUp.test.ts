import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { formatNotebook } from "../../src/kernel/notebook/formatNotebook.ts";
import { readNotebook } from "../../src/kernel/notebook/notebookFile.ts";
import { cli, scratch } from "../cli/cli.ts";
import { fakeCommand } from "./client/startFake.ts";
import { code, notebook } from "./notebook/notebooks.ts";

test("a terminal that closes during a run, and tells so twice, leaves the notebook written and no key on disk", async () => {
  const folder = scratch();
  const [kernels, temporary] = [join(folder, "jupyter"), join(folder, "temporary")];
  mkdirSync(join(kernels, "kernels/fake"), { recursive: true });
  mkdirSync(temporary);
  const spec = { argv: fakeCommand.argv, language: "typescript", interrupt_mode: "message" };
  writeFileSync(join(kernels, "kernels/fake/kernel.json"), JSON.stringify(spec));
  const path = join(folder, "a.ipynb");
  writeFileSync(path, formatNotebook(notebook(code("print a"), code("hang"))));
  const left = (): string[] => readdirSync(temporary).filter((name) => name.startsWith("sulam-kernel-"));
  let during: string[] = [];
  const ended = await cli(["notebook", "run", "--kernel", "fake", path], {
    env: { JUPYTER_PATH: kernels, TMPDIR: temporary },
    meddle: (child) => {
      // once the first cell is in the file, the second runs
      const timer = setInterval(() => {
        if (!readFileSync(path, "utf8").includes('"completed"')) return;
        clearInterval(timer);
        during = left();
        child.kill("SIGHUP");
      }, 20);
      child.on("exit", () => clearInterval(timer));
      child.stderr?.on("data", (words) => String(words).includes("Interrupting") && child.kill("SIGHUP"));
    },
  });
  assert.equal(during.length, 1, "the key's file, while it runs");
  assert.deepEqual(left(), []);
  assert.equal(ended.code, 130, ended.err);
  const [, second] = readNotebook(path).cells;
  const outputs = second.cell_type === "code" ? second.outputs : [];
  assert.deepEqual(
    outputs.map((output) => output.output_type === "error" && output.ename),
    ["KeyboardInterrupt"],
  );
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import type { Command } from "commander";
import { program } from "../../src/cli/program.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import { parseExperiment } from "../../src/config/parseExperiment.ts";
import { blocks, pages, root } from "./pages.ts";

const all = pages();
const code = all.flatMap(blocks);
const terminal: Terminal = { data: async () => {}, words: () => {}, progress: () => () => {} };

/** A heading's anchor, as GitHub makes it. */
function anchor(heading: string): string {
  return heading
    .replace(/[`*]/g, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

describe("links of the pages", () => {
  for (const { path, text } of all)
    test(path, () => {
      const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
      const broken = links.filter((link) => {
        if (/^(https?|mailto):/.test(link)) return false;
        const [file, heading] = link.split("#");
        const target = file === "" ? join(root, path) : join(root, dirname(path), file!);
        if (!existsSync(target)) return true;
        if (heading === undefined) return false;
        const headings = [...readFileSync(target, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, words]) => anchor(words!));
        return !headings.includes(heading);
      });
      assert.deepEqual(broken, []);
    });
});

describe("TypeScript of the pages runs", () => {
  for (const { where, text } of code.filter(({ language }) => language === "ts"))
    test(where, () => {
      // inside the checkout, where `sulam` is found by its own name
      mkdirSync(join(root, "build"), { recursive: true });
      const folder = mkdtempSync(join(root, "build/docs-"));
      const store = mkdtempSync(join(tmpdir(), "sulam-docs-"));
      try {
        writeFileSync(join(folder, "block.ts"), text);
        const args = ["--import", "tsx", "--conditions=source", join(folder, "block.ts")];
        const env = { ...process.env, SULAM_STORE: store };
        const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: "utf8" });
        assert.equal(status, 0, stderr);
      } finally {
        rmSync(folder, { recursive: true, force: true });
        rmSync(store, { recursive: true, force: true });
      }
    });
});

/** The commands of a shell block, each as its words: quotes undone, comments, variables before it and redirections left out. */
function commands(text: string): string[][] {
  const lines = text.replace(/\\\n/g, " ").split("\n");
  return lines.flatMap((line) => {
    const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(#.*)|([^\s"']+)/g)].flatMap(([, a, b, comment, plain]) =>
      comment === undefined ? [a ?? b ?? plain!] : [],
    );
    const parts: string[][] = [[]];
    for (const word of words) {
      if (["&&", "||", "|", ";"].includes(word)) parts.push([]);
      else parts.at(-1)!.push(word);
    }
    return parts
      .map((part) => part.slice(part.findIndex((word) => !/^[A-Z_]+=/.test(word))))
      .filter(({ length }) => length > 0);
  });
}

/** Every command does nothing but check what it is given. */
function withoutActions(command: Command): Command {
  if (command.commands.length === 0) command.action(() => {});
  for (const child of command.commands) withoutActions(child);
  return command.configureOutput({ writeErr: () => {}, writeOut: () => {} });
}

describe("shell lines of the pages name what is there", () => {
  const scripts = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts as Record<string, string>;
  for (const { where, text } of code.filter(({ language }) => language === "sh"))
    test(where, async () => {
      for (const words of commands(text)) {
        const line = words.join(" ");
        if (words[0] === "npx" && words[1] === "sulam") {
          const given = words.slice(2);
          const end = given.findIndex((word) => /^[<>]/.test(word));
          const sulam = withoutActions(program(terminal));
          await assert.doesNotReject(sulam.parseAsync(end < 0 ? given : given.slice(0, end), { from: "user" }), line);
        } else if (words[0] === "npm" && words[1] === "run") {
          const name = words.slice(2).find((word) => !word.startsWith("-"))!;
          assert.ok(name in scripts, line);
        }
      }
    });

  test("an option that is not there is caught", async () => {
    const sulam = withoutActions(program(terminal));
    await assert.rejects(sulam.parseAsync(["runs", "list", "--colour"], { from: "user" }), /unknown option '--colour'/);
  });
});

describe("YAML of the pages is part of an experiment", () => {
  for (const { where, text } of code.filter(({ language }) => language === "yaml"))
    test(where, () => {
      const systems = /^systems:/m.test(text) ? "" : "\nsystems: { bm25: { kind: bm25 } }";
      assert.doesNotThrow(() => parseExperiment(`name: page\n${text}${systems}`));
    });
});

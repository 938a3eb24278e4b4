import assert from "node:assert/strict";
import { test } from "node:test";
import { cli } from "./cli.ts";

const commands = [
  ["init"],
  ["run"],
  ["runs", "list"],
  ["runs", "show"],
  ["runs", "compare"],
  ["runs", "export"],
  ["runs", "import"],
  ["encode"],
  ["eval"],
  ["mine"],
  ["augment"],
  ["reproduce"],
  ["verify"],
  ["doctor"],
  ["tokenizer", "encode"],
  ["tokenizer", "train"],
  ["notebook", "run"],
  ["notebook", "check"],
  ["notebook", "strip"],
  ["notebook", "diff"],
  ["notebook", "convert"],
  ["kernel", "install"],
  ["kernel", "uninstall"],
  ["kernel", "doctor"],
];

/** These only hold others, or serve until they are stopped. */
const withoutJson = [["runs"], ["tokenizer"], ["kernel"], ["notebook"], ["ui"]];

test("help of every command goes to standard output, with an example and --json", async () => {
  const all = [...commands, ...withoutJson];
  const outcomes = await Promise.all(all.map((command) => cli([...command, "--help"])));
  for (const [i, command] of all.entries()) {
    const { code, out, err } = outcomes[i];
    assert.equal(code, 0, command.join(" "));
    assert.match(out, new RegExp(`Usage: sulam ${command.join(" ")} `));
    assert.match(out, /Example:\n {2}(echo .*\| )?npx sulam /);
    if (i < commands.length) assert.match(out, /--json/);
    assert.equal(err, "");
  }
});

test("the program's own help lists the commands and how to begin", async () => {
  const { code, out } = await cli(["--help"]);
  assert.equal(code, 0);
  for (const command of [
    "setup",
    "doctor",
    "init",
    "run",
    "runs",
    "ui",
    "encode",
    "eval",
    "mine",
    "augment",
    "tokenizer",
    "notebook",
  ])
    assert.match(out, new RegExp(`^  ${command} `, "m"));
  assert.match(out, /Example:\n {2}npx sulam run experiments\/quickstart\.yaml/);
});

test("--version is the package's", async () => {
  const { readFileSync } = await import("node:fs");
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  assert.equal((await cli(["--version"])).out, `${version}\n`);
});

test("a mistyped command, subcommand or option exits 2, prints nothing on standard output, and names the right one", async () => {
  const slips: [string[], RegExp][] = [
    [["rnu"], /unknown command 'rnu'\n\(Did you mean run\?\)/],
    [["runs", "lst"], /unknown command 'lst'\n\(Did you mean list\?\)/],
    [["encode", "minilm", "--inptu", "x"], /unknown option '--inptu'\n\(Did you mean --input\?\)/],
    [["run", "x.yaml", "--jsn"], /unknown option '--jsn'\n\(Did you mean --json\?\)/],
    [["encode"], /missing required argument 'MODEL'/],
    [["encode", "minilm"], /--input and --output must be given/],
    [["runs", "list", "--limit", "many"], /'many' is invalid\. It must be a whole number from 1\./],
    [["run", "a.yaml", "b.yaml"], /too many arguments/],
    [["run", "--resume", "abc", "--set", "seed=1"], /--resume goes on with the run's own settings; drop --set/],
  ];
  const outcomes = await Promise.all(slips.map(([args]) => cli(args)));
  for (const [i, [, words]] of slips.entries()) {
    const { code, out, err } = outcomes[i];
    assert.equal(code, 2, err);
    assert.equal(out, "");
    assert.match(err, words);
    assert.doesNotMatch(err, /bug|at .*\.ts/);
  }
});

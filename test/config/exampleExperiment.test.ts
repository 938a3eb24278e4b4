import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleExperiment } from "../../src/config/exampleExperiment.ts";
import { parseExperiment } from "../../src/config/parseExperiment.ts";

test("the example that init writes is a right experiment that changes no default", () => {
  const example = parseExperiment(exampleExperiment("first"));
  const { systems } = example;
  const minimal = parseExperiment("name: first\nsystems: { zero: { kind: base } }\n");
  assert.deepEqual({ ...example, systems: minimal.systems }, minimal);
  assert.deepEqual(
    Object.values(systems).map((s) => s.kind),
    ["bm25", "base", "finetune", "finetune", "hybrid"],
  );
});

test("each commented line shows a true default: taking its mark away changes nothing", () => {
  const lines = exampleExperiment("first").split("\n");
  const expected = parseExperiment(lines.join("\n"));
  let shown = 0;
  for (const [i, line] of lines.entries()) {
    // `  # key: value  # meaning`, not inside `fresh` or `intervals`, which are sections of their own
    if (!/^( {2})?# [A-Za-z]+: +[^ #]/.test(line) || /kind:|systems|Run it|Lines after/.test(line)) continue;
    shown++;
    const taken = lines.with(i, line.replace("# ", "")).join("\n");
    assert.deepEqual(parseExperiment(taken), expected, line);
  }
  assert.ok(shown >= 20, `${shown} defaults shown`);
});

test("the fresh model's defaults are shown as a whole that can be taken over", () => {
  const lines = exampleExperiment("first").split("\n");
  const from = lines.findIndex((line) => line.startsWith("  # fresh:"));
  const to = lines.findIndex((line, i) => i > from && !line.startsWith("  #   "));
  // a key without a default has no value to take over
  const taken = (line: string): string =>
    /: {2,}#/.test(line) && !/fresh:/.test(line) ? line : line.replace("# ", "");
  const text = lines.map((line, i) => (i >= from && i < to ? taken(line) : line)).join("\n");
  const shown = parseExperiment(text).model.fresh;
  assert.deepEqual(shown, parseExperiment("name: a\nmodel: { fresh: {} }\nsystems: { z: { kind: base } }").model.fresh);
  assert.equal(shown?.type, "mistral");
});

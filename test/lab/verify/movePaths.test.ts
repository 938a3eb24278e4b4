import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseExperiment } from "../../../src/config/parseExperiment.ts";
import { movePaths } from "../../../src/lab/verify/movePaths.ts";
import { scratch } from "../lab.ts";

const folder = scratch();
const [own, place] = [join(folder, "own"), join(folder, "place")];
for (const path of ["own/data", "own/a", "own/b", "own/judge", "own/kept", "own/org/c", "place/kept"])
  mkdirSync(join(folder, path), { recursive: true });

function experiment(model: string, systems: string) {
  return parseExperiment(
    `name: x\ndata: { name: data }\nmodel: { name: ${model} }\nmine: { rescore: judge }\nsystems: { ${systems} }`,
  );
}

test("data and models that lie in the user's checkout alone are named by their whole path, wherever they are named", () => {
  const moving = experiment(
    "a",
    "b: { kind: base, model: org/c }, t: { kind: finetune }, u: { kind: finetune, mine: { rescore: b } }",
  );
  const params = movePaths(moving, { place, own });
  const expected = experiment(
    join(own, "a"),
    `b: { kind: base, model: ${join(own, "org/c")} }, t: { kind: finetune, mine: { rescore: ${join(own, "judge")} } }, u: { kind: finetune, mine: { rescore: ${join(own, "b")} } }`,
  );
  expected.data.name = join(own, "data");
  expected.mine.rescore = join(own, "judge");
  assert.deepEqual(moving, expected);
  const named = ["data.name", "model.name", "mine.rescore", "systems.b.model"];
  assert.deepEqual(params, [...named, "systems.t.mine.rescore", "systems.u.mine.rescore"]);
});

test("files of further pairs that lie there alone are named by their whole path, each where it stands", () => {
  const moving = experiment("minilm", "t: { kind: finetune }, u: { kind: finetune, data: { more: [a, data] } }");
  moving.data.more = ["kept", "b"];
  assert.deepEqual(movePaths(moving, { place, own }).sort(), [
    "data.more",
    "data.name",
    "mine.rescore",
    "systems.t.mine.rescore",
    "systems.u.data.more",
    "systems.u.data.more",
    "systems.u.mine.rescore",
  ]);
  const { t, u } = moving.systems;
  assert.deepEqual(moving.data.more, ["kept", join(own, "b")]);
  assert.deepEqual(t.kind === "finetune" && t.data.more, undefined);
  assert.deepEqual(u.kind === "finetune" && u.data.more, [join(own, "a"), join(own, "data")]);
});

test("what git keeps, a whole path, a registered or a Hub name and an API's model stay as they are", () => {
  const lines = [
    "b: { kind: base, model: minilm }",
    "c: { kind: base, model: owner/name }",
    `d: { kind: base, model: ${join(own, "a")} }`,
    "e: { kind: base }",
    "f: { kind: endpoint, url: http://127.0.0.1/v1, model: a }",
  ];
  const staying = experiment("kept", lines.join(", "));
  staying.data.name = "absent.jsonl";
  staying.mine.rescore = undefined;
  const before = structuredClone(staying);
  assert.deepEqual(movePaths(staying, { place, own }), []);
  assert.deepEqual(staying, before);
});

test("a record that tells half an experiment is left to the program that runs it", () => {
  assert.deepEqual(movePaths({}, { place, own }), []);
});

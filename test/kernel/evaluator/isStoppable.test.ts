import assert from "node:assert/strict";
import { test } from "node:test";
import { isStoppable } from "../../../src/kernel/evaluator/isStoppable.ts";

const cell = "cell1.ts";
const hooks = "node:internal/async_hooks";
const kernel = new URL("../../../src/kernel/evaluator/eventPipe.ts", import.meta.url).href;

test("a cell's own code may be stopped, also in a builtin that it has called, and evaluated code in a timer", () => {
  for (const scripts of [
    [cell],
    ["", cell],
    ["", "", cell],
    ["file:///p/src/a.ts", cell],
    ["eval", "node:internal/timers"],
  ])
    assert.equal(isStoppable(scripts, false), true, JSON.stringify(scripts));
});

test("Node's functions only by force, its bookkeeping never, not even in a builtin that it has called", () => {
  assert.equal(isStoppable(["node:internal/util/inspect", cell], false), false);
  assert.equal(isStoppable(["node:internal/util/inspect", cell], true), true);
  // the stack on which Node 20 aborted: InternalCallbackScope::Close, execution_async_id() == 0
  const aborted = ["", hooks, hooks, "node:internal/process/task_queues", cell];
  for (const scripts of [[hooks, cell], aborted, ["node:internal/timers", cell], ["node:internal/process/promises"]])
    for (const force of [false, true]) assert.equal(isStoppable(scripts, force), false, JSON.stringify(scripts));
});

test("neither the kernel's own work nor nothing", () => {
  for (const scripts of [[kernel, cell], ["", kernel, cell], []])
    for (const force of [false, true]) assert.equal(isStoppable(scripts, force), false, JSON.stringify(scripts));
});

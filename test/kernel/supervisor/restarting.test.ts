import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { withStubKernel } from "./withStubKernel.ts";

describe("a lost evaluator", { timeout: 120_000 }, () => {
  test("is told to all frontends: behind the cell's error, before its idle, and once", () =>
    withStubKernel(async ({ run, heard }) => {
      await run("print a\nexit 3");
      await run("print b");
      const told = heard.map(({ header, content }) => String(content.execution_state ?? header.msg_type));
      const from = told.indexOf("error");
      assert.deepEqual(told.slice(from, from + 4), ["error", "restarting", "idle", "busy"]);
      assert.equal(told.filter((state) => state === "restarting").length, 1);
    }));

  test("is told to all frontends at once when no cell runs, and the kernel is idle then", () =>
    withStubKernel(async ({ run, heard, hears }) => {
      await run("leave /");
      const lost = await hears(({ content }) => content.execution_state === "restarting");
      assert.deepEqual(lost.parentHeader, {});
      const after = await hears((message) => heard.indexOf(message) > heard.indexOf(lost));
      assert.equal(after.content.execution_state, "idle");
    }));
});

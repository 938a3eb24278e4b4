import assert from "node:assert/strict";
import type { Session } from "node:inspector";
import { describe, test } from "node:test";
import { Termination } from "../../../src/kernel/evaluator/termination.ts";

/** A termination whose kill is an exception that says what the inspector was told, and the steps that were done. */
function observed(isRunning = true): { termination: Termination; steps: string[]; step: (name: string) => void } {
  const session = {
    post: (method: string) => {
      throw new Error(method);
    },
  } as unknown as Session;
  const steps: string[] = [];
  return { termination: new Termination(session, () => isRunning), steps, step: (name) => void steps.push(name) };
}

const killed = /^Error: Runtime\.terminateExecution$/;

describe("an interrupt that falls into guarded work", () => {
  test("does not stop it, strikes once it is done, and only once", () => {
    const { termination, steps, step } = observed();
    const work = (): void => {
      step("begin");
      step(String(termination.mayStop(false)));
      step(String(termination.mayStop(true)));
      step("end");
    };
    assert.throws(() => termination.guard(work), killed);
    assert.deepEqual(steps, ["begin", "false", "false", "end"]);
    assert.equal(
      termination.guard(() => "next"),
      "next",
    );
  });

  test("strikes at the end of the outermost work when one guards another, also of work that fails", () => {
    const { termination, steps, step } = observed();
    const outer = (): void => {
      termination.guard(() => step(String(termination.mayStop(true))));
      step("after the inner");
      throw new RangeError("the work's own");
    };
    assert.throws(() => termination.guard(outer), killed);
    assert.deepEqual(steps, ["false", "after the inner"]);
  });

  test("strikes nobody when no cell runs at its end, or the main thread has handled it by then", () => {
    const idle = observed(false).termination;
    assert.equal(
      idle.guard(() => idle.mayStop(true)),
      false,
    );
    const { termination } = observed();
    const handled = termination.guard(() => {
      termination.mayStop(true);
      termination.forget();
      return "whole";
    });
    assert.equal(handled, "whole");
  });
});

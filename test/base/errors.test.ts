import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError, SulamError } from "../../src/base/errors.ts";

test("an error reads who, what was wanted and came, and what to do, and keeps its cause", () => {
  const cause = new Error("EACCES");
  const error = new InputError("rows.jsonl:12", "field `query` must be a non-empty string, got 3", "Mend the line.", {
    cause,
  });
  assert.equal(error.message, "rows.jsonl:12: field `query` must be a non-empty string, got 3. Mend the line.");
  assert.ok(error instanceof SulamError);
  assert.deepEqual([error.name, error.who, error.cause], ["InputError", "rows.jsonl:12", cause]);
});

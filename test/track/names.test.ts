import assert from "node:assert/strict";
import { test } from "node:test";
import { checkKey, checkPoint, checkValue } from "../../src/track/names.ts";
import { TrackError } from "../../src/track/trackError.ts";

const refused = (work: () => void, words: RegExp): void => {
  assert.throws(work, (error: unknown) => {
    assert.ok(error instanceof TrackError);
    assert.equal(error.code, "INVALID_PARAMETER_VALUE");
    assert.match(error.message, words);
    return true;
  });
};

// What a real MLflow 3.17 accepts and refuses: test_params, test_bad_keys and test_key_of_250 of mlflow_conformance.py.
test("names that MLflow takes are taken", () => {
  for (const key of ["lr", "val/loss", "ünï/co.de-_ x", "recall_at_10", "m".repeat(250), "日本", "a:b"])
    checkKey("metric", key);
});

test("names that MLflow refuses are refused", () => {
  for (const key of [
    "a@b",
    "../x",
    "a//b",
    "/abs",
    "x".repeat(251),
    ".",
    "a?b",
    "trail/",
    "",
    "..x",
    "a/../b",
    "./a",
    "a\n",
  ])
    refused(() => checkKey("metric", key), /metric/);
});

test("recall@10 is refused with the advice recall_at_10", () => {
  refused(() => checkKey("metric", "recall@10"), /recall_at_10/);
  refused(() => checkKey("param", "loss (train)"), /`loss _train_`/);
  refused(() => checkKey("tag", "../x"), /`x`/);
});

test("values are limited in characters, not UTF-16 units", () => {
  checkValue("param", "p", "😀".repeat(6000));
  refused(() => checkValue("param", "p", "x".repeat(6001)), /6001 characters.*run\.text/);
  checkValue("tag", "t", "x".repeat(8000));
  refused(() => checkValue("tag", "t", "x".repeat(8001)), /8000/);
});

test("a point needs a number, a whole step and a whole time", () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1e308]) checkPoint("m", value, -5, 0);
  refused(() => checkPoint("m", "0.5" as unknown as number, 0, 0), /must be a number, got "0.5"/);
  refused(() => checkPoint("m", undefined as unknown as number, 0, 0), /must be a number/);
  refused(() => checkPoint("m", 1, 0.5, 0), /step of `m` must be an integer, got 0.5/);
  refused(() => checkPoint("m", 1, 0, Number.NaN), /milliseconds/);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest } from "../../src/config/nearest.ts";

const commands = ["run", "init", "runs", "encode", "tokenizer", "eval", "mine", "doctor", "setup"];

test("a missing, added, replaced or swapped letter finds the word", () => {
  for (const [typed, meant] of [
    ["encde", "encode"],
    ["tokeniser", "tokenizer"],
    ["evla", "eval"],
    ["docter", "doctor"],
    ["rnu", "run"],
    ["setupp", "setup"],
  ])
    assert.equal(nearest(typed, commands), meant);
});

test("a replaced letter is one edit, two swapped neighbours too", () => {
  assert.equal(nearest("axcyef", ["abcdef"]), "abcdef");
  assert.equal(nearest("badcef", ["abcdef"]), "abcdef");
  assert.equal(nearest("axcyzf", ["abcdef"]), undefined);
});

test("case, dashes and underscores do not count", () => {
  assert.equal(nearest("batch_size", ["epochs", "batchSize"]), "batchSize");
  assert.equal(nearest("MALAY-MINI", ["malay-mini"]), "malay-mini");
});

test("a word far from all of them finds nothing", () => {
  assert.equal(nearest("photosynthesis", commands), undefined);
  assert.equal(nearest("xy", ["ab", "cd"]), undefined);
});

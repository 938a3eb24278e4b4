import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { InputError } from "../../src/base/errors.ts";
import type { JsonObject } from "../../src/tokenizer/fields.ts";
import { loadTokenizer } from "../../src/tokenizer/loadTokenizer.ts";
import { saveTokenizer } from "../../src/tokenizer/saveTokenizer.ts";
import { fixture } from "./oracle.ts";

/** Runs `use` with a new folder that holds `files`. */
function inFolder(files: Record<string, unknown>, use: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "sulam-tokenizer-"));
  try {
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
    use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Fails unless loading `content` is one InputError that names the file and matches `expected`. */
function assertRefused(content: unknown, expected: RegExp): void {
  inFolder({ "tokenizer.json": content }, (folder) => {
    assert.throws(
      () => loadTokenizer(folder),
      (error: Error) => {
        assert.ok(error instanceof InputError, `${error.stack}`);
        assert.equal(error.who, join(folder, "tokenizer.json"));
        assert.match(error.message, expected);
        return true;
      },
    );
  });
}

function changed(parts: JsonObject, model: JsonObject = {}): JsonObject {
  const json = fixture("llama");
  return { ...json, ...parts, model: { ...(json.model as JsonObject), ...model } };
}

test("a file and its folder load alike, with the roles of the files beside them", () => {
  const files = {
    "tokenizer.json": fixture("llama"),
    "tokenizer_config.json": { pad_token: "</s>" },
    "special_tokens_map.json": { pad_token: "<s>", cls_token: "<s>" },
  };
  inFolder(files, (folder) => {
    for (const path of [folder, join(folder, "tokenizer.json")]) {
      const tokenizer = loadTokenizer(path);
      assert.deepEqual(tokenizer.specials, { bos: 1, eos: 2, pad: 2, cls: 1, unk: 0 });
      assert.equal(tokenizer.decode(tokenizer.encode("Selamat pagi"), { skipSpecialTokens: true }), "Selamat pagi");
    }
  });
});

test("a saved tokenizer loads with the same ids and roles", () => {
  inFolder(
    { "tokenizer.json": fixture("qwen2"), "tokenizer_config.json": { pad_token: "<|endoftext|>" } },
    (folder) => {
      const first = loadTokenizer(folder);
      inFolder({}, (copy) => {
        saveTokenizer(first, copy);
        const second = loadTokenizer(copy);
        assert.deepEqual(second.specials, first.specials);
        assert.deepEqual(second.encode("Apa khabar, dunia?"), first.encode("Apa khabar, dunia?"));
        assert.equal(second.toJson(), first.toJson());
      });
    },
  );
});

test("files that are missing, cut short or not tokenizers are named", () => {
  assert.throws(() => loadTokenizer("/nowhere/at/all"), /\/nowhere\/at\/all: there is no such file/);
  inFolder({}, (folder) => assert.throws(() => loadTokenizer(folder), /tokenizer\.json: there is no such file/));
  const text = JSON.stringify(fixture("llama"));
  for (const length of [0, 1, 100, text.length - 1]) assertRefused(text.slice(0, length), /not valid JSON/);
  assertRefused("\u0000\u0001garbage", /not valid JSON/);
  for (const json of [[], null, 3, "x"]) assertRefused(JSON.stringify(json), /`tokenizer` must be an object/);
  assertRefused({}, /`model` must be an object/);
  inFolder({ "tokenizer.json": fixture("llama"), "tokenizer_config.json": "{" }, (folder) =>
    assert.throws(() => loadTokenizer(folder), /tokenizer_config\.json: not valid JSON/),
  );
  inFolder({ "tokenizer.json": fixture("llama"), "tokenizer_config.json": "[]" }, (folder) =>
    assert.throws(() => loadTokenizer(folder), /tokenizer_config\.json: .*must be an object/),
  );
});

test("parts that are not supported are named, with what is", () => {
  assertRefused(
    changed({}, { type: "Unigram", vocab: [["<unk>", 0]] }),
    /`model` has the unknown type "Unigram"\. Supported there: BPE, WordPiece\./,
  );
  assertRefused(
    changed({ normalizer: { type: "Precompiled" } }),
    /`normalizer` has the unknown type "Precompiled".*NFKC/,
  );
  assertRefused(
    changed({ normalizer: { type: "Sequence", normalizers: [{ type: "NFC" }, { type: "Nope" }] } }),
    /`normalizer\.normalizers\[1\]` has the unknown type "Nope"/,
  );
  assertRefused(
    changed({ pre_tokenizer: { type: "UnicodeScripts" } }),
    /`pre_tokenizer` has the unknown type.*Metaspace/,
  );
  assertRefused(changed({ decoder: { type: "CTC" } }), /`decoder` has the unknown type "CTC".*ByteFallback/);
  assertRefused(
    changed({ post_processor: { type: "constructor" } }),
    /`post_processor` has the unknown type "constructor"/,
  );
  assertRefused(changed({}, { dropout: 0.1 }), /`model\.dropout` makes the ids random/);
});

test("vocabularies and merges that do not fit are refused", () => {
  const { vocab, merges } = fixture("llama").model as { vocab: JsonObject; merges: [string, string][] };
  const { [merges[5].join("")]: _, ...lacking } = vocab;
  assertRefused(changed({}, { vocab: lacking }), /merge 5 .* needs the token .* which is not in `model\.vocab`/);
  assertRefused(changed({}, { merges: ["a b c"] }), /`model\.merges\[0\]` must be two tokens, got "a b c"/);
  assertRefused(changed({}, { merges: [["a"]] }), /`model\.merges\[0\]` must be two tokens/);
  assertRefused(changed({}, { merges: undefined }), /`model\.merges` must be an array/);
  for (const id of [-1, 1.5, "3", null]) assertRefused(changed({}, { vocab: { ...vocab, x: id } }), /gives "x" the id/);
  assertRefused(changed({}, { vocab: { ...vocab, xyz: 7 } }), /gives id 7 to/);
  assertRefused(changed({}, { vocab: [["a", 1]] }), /`model\.vocab` must be an object/);
});

test("fields of the wrong type are named", () => {
  assertRefused(changed({ normalizer: { type: "Prepend" } }), /`normalizer\.prepend` must be a string, got undefined/);
  assertRefused(
    changed({ pre_tokenizer: { type: "Metaspace", replacement: "__" } }),
    /must be one character, got "__"/,
  );
  assertRefused(
    changed({ pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "often" } }),
    /prepend_scheme/,
  );
  const split = { type: "Split", pattern: { Regex: "(" }, behavior: "Isolated", invert: false };
  assertRefused(
    changed({ pre_tokenizer: split }),
    /`pre_tokenizer\.pattern` has a regular expression that is not supported/,
  );
  assertRefused(
    changed({ pre_tokenizer: { ...split, pattern: { String: "a" }, behavior: "Cut" } }),
    /behavior` must be one of/,
  );
  assertRefused(
    changed({ added_tokens: [{ id: "0", content: "x" }] }),
    /`tokenizer\.added_tokens\[0\]\.id` must be a whole number/,
  );
  assertRefused(
    changed({ post_processor: { type: "BertProcessing", cls: ["a"] } }),
    /`post_processor\.cls` must be \[token, id\]/,
  );
  const single = [{ SpecialToken: { id: "q", type_id: 0 } }];
  assertRefused(
    changed({ post_processor: { type: "TemplateProcessing", single, special_tokens: {} } }),
    /post_processor/,
  );
});

test("a text that needs an unknown-token which is not there says so", () => {
  inFolder({ "tokenizer.json": changed({}, { unk_token: "<none>", byte_fallback: false }) }, (folder) => {
    assert.throws(
      () => loadTokenizer(folder).encode("你"),
      /needs the unknown-token <none>, which is not in the vocabulary/,
    );
  });
  const json = fixture("wordPiece");
  assertRefused(
    { ...json, model: { ...(json.model as JsonObject), unk_token: "[NONE]" } },
    /`model\.unk_token` is "\[NONE\]"/,
  );
});

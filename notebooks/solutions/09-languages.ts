// Solutions to the exercises of 09-languages.ipynb. Each asserts what it claims, so the tests notice when it stops being so.
import assert from "node:assert/strict";
import { bitextAccuracy, bm25, Embedder, evaluate, loadDataset, renderTable, trainBpe } from "sulam";

const malay = await loadDataset("malay-mini");
const { train, test } = malay.split();
const rows = test.rows.filter(({ thai }) => thai !== "");
const textsOf = (field: string): string[] => rows.map((row) => row[field]);

// 1. None is unknown, since it spells a character that it lacks as its bytes, three for a Thai letter. But these bytes hardly
// occur in Malay texts, so a model that learns from those alone learns nothing about them.
const own = trainBpe(
  train.rows.map((row) => row.passage),
  { vocabSize: 2000 },
);
for (const field of ["thai", "mandarin"]) {
  const pieces = textsOf(field).map((text) =>
    own.encode(text, { addSpecialTokens: false }).map((id) => own.tokenOf(id)),
  );
  const bytes = pieces.flat().filter((piece) => /^<0x..>$/.test(piece!)).length / pieces.flat().length;
  const perText = pieces.flat().length / pieces.length;
  console.log(`1. ${field}: ${perText.toFixed(0)} pieces a question, ${bytes.toFixed(2)} of them bytes`);
  assert.ok(pieces.flat().every((piece) => piece !== "<unk>"));
  assert.ok(bytes > 0.9);
}

// 2. Next to nothing: a frequent word tells BM25 little, and these mostly ask (when, must, how much). What is missing are the
// rare words that tell topics apart, and those are many.
const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
const known = new Set(malay.passages.flatMap(({ text }) => wordsOf(text)));
const counts = new Map<string, number>();
for (const { indonesian } of train.rows)
  for (const word of new Set(wordsOf(indonesian))) if (!known.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
const frequent = [...counts]
  .toSorted((a, b) => b[1] - a[1])
  .slice(0, 10)
  .map(([word]) => word);

const malayOf: Record<string, string> = {
  harus: "mesti", // must
  kapan: "bila", // when
  apakah: "adakah", // asks for yes or no
  biaya: "kos", // cost
  uang: "wang", // money
  seberapa: "berapa", // how much
  bisa: "boleh", // can
  kue: "kuih", // cake
  kartu: "kad", // card
  mobil: "kereta", // car
};
assert.deepEqual(new Set(frequent), new Set(Object.keys(malayOf)));
const translated = test.rows.map((row) => ({
  ...row,
  translated: row.indonesian.replace(/[\p{L}\p{N}_]+/gu, (word) => malayOf[word.toLowerCase()] ?? word),
}));
const options = { fields: ["indonesian", "translated"], measures: ["recallAt1", "recallAt10"] } as const;
const table = await evaluate({ bm25: bm25(malay.passages) }, { ...test, rows: translated }, options);
console.log(renderTable(table, "text").replace(/^/gm, "2. "));
const recallAt10 = table.rows.map((row) => Number(row[5]));
assert.ok(Math.abs(recallAt10[1] - recallAt10[0]) < 0.03);

// 3. Indonesian, by shared words as much as by meaning; English hardly, though the model knows it best; Thai not at all.
const minilm = await Embedder.load("minilm", { maxLength: 48 });
const joined: Record<string, number> = {};
for (const field of ["indonesian", "english", "mandarin", "thai"]) {
  joined[field] = (await bitextAccuracy(minilm, textsOf("query"), textsOf(field))).mean;
  console.log(`3. ${field}: ${joined[field].toFixed(3)}`);
}
assert.ok(joined.indonesian > 0.7);
assert.ok(joined.english < 0.5);
assert.ok(joined.thai < 0.15);

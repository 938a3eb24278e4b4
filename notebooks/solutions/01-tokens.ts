// Solutions to the exercises of 01-tokens.ipynb. Each asserts what it claims, so the tests notice when it stops being so.
import assert from "node:assert/strict";
import { Embedder, loadDataset, trainBpe } from "sulam";

const { train, test } = (await loadDataset("malay-mini")).split();
const passages = train.rows.map((row) => row.passage);
const minilm = (await Embedder.load("minilm")).tokenizer;

/** Mean pieces per word over some texts. */
function piecesPerWord(tokenizer: typeof minilm, texts: string[]): number {
  const ratios = texts.map(
    (text) => tokenizer.encode(text, { addSpecialTokens: false }).length / text.split(/\s+/).length,
  );
  return ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
}

// 1. Each doubling of the vocabulary saves less than the one before.
const sizes = [500, 1000, 2000, 4000, 8000];
const lengths = sizes.map((vocabSize) =>
  piecesPerWord(
    trainBpe(passages, { vocabSize }),
    test.rows.map((row) => row.passage),
  ),
);
for (const [i, size] of sizes.entries()) console.log(`1. ${size} pieces: ${lengths[i].toFixed(2)} per word`);
const savings = lengths.slice(1).map((length, i) => lengths[i] - length);
for (const [i, saving] of savings.slice(1).entries()) assert.ok(saving < savings[i]);

// 2. Neither: chat's words are short (yg, brp, x) and often English, which minilm has whole; own cuts both alike.
const own = trainBpe(passages, { vocabSize: 2000 });
for (const [name, tokenizer] of Object.entries({ minilm, own })) {
  const [formal, chat] = ["query", "queryColloquial"].map((field) =>
    piecesPerWord(
      tokenizer,
      test.rows.map((row) => row[field]),
    ),
  );
  console.log(`2. ${name}: ${formal.toFixed(2)} on formal questions, ${chat.toFixed(2)} in chat`);
  assert.ok(name === "minilm" ? chat < 0.8 * formal : Math.abs(chat - formal) < 0.1 * formal);
}

// 3. Only a tokenizer that spells unknown characters as bytes gives every text back; minilm also loses the capitals.
const text = "Harga RM3.50 😀 سلام";
const back = [own, minilm].map((tokenizer) =>
  tokenizer.decode(tokenizer.encode(text), { skipSpecialTokens: true }).trim(),
);
console.log("3.", back);
assert.equal(back[0], text);
assert.notEqual(back[1], text);

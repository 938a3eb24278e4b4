import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Random } from "../src/base/random.ts";
import { loadDataset } from "../src/data/loadDataset.ts";
import { openEngine } from "../src/engine/openEngine.ts";
import { Embedder } from "../src/model/embedder.ts";
import type { Figure } from "./figure.ts";
import { attentionAlone } from "./inputs/attentionAlone.ts";
import { productsAlone } from "./inputs/productsAlone.ts";
import { addTurn, rates, type Work } from "./inputs/rates.ts";
import { sharedRows } from "./inputs/sharedRows.ts";
import { tinyMistral } from "./inputs/tinyMistral.ts";
import { PythonPeer } from "./peers/pythonPeer.ts";

const BATCH = 32;
const MAX_LENGTH = 256;
const THREADS = 1;
/** Texts of one turn, and turns of each side. Few texts would leave the peer little to sort, and so more padding. */
const BLOCK = 512;
const TURNS = 2;
const WARM_UP = 32;

/**
 * Encoding speed against sentence-transformers: same model folder, texts, length and threads, in turns A B A B, each
 * with its defaults but the peer's batch of 32. Tokenizing counts on both sides.
 *
 * Real tokens (no padding) per CPU second of the process, one thread: on an idle machine that is per second, and a
 * neighbour on the same core does not count.
 */
export async function run(): Promise<Figure[]> {
  const room = mkdtempSync(join(tmpdir(), "sulam-bench-"));
  try {
    const engine = await openEngine({ threads: THREADS });
    const texts = await longTexts();
    const minilm = await Embedder.load("minilm", { engine, maxLength: MAX_LENGTH });
    const mistral = tinyMistral(engine, texts, MAX_LENGTH);
    return [
      ...(await measure(room, "minilm", minilm, texts)),
      ...(await measure(room, "5 M-parameter Mistral", mistral, texts)),
    ];
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

/** Texts of every corpus beside the checkout, shuffled; without them, the passages and queries of malay-mini. */
async function longTexts(): Promise<string[]> {
  const texts = sharedRows<{ text: string }>(/^corpus-.*\.jsonl\.gz$/).map(({ text }) => text);
  if (texts.length > 0) return new Random(0).shuffle(texts);
  const { rows } = await loadDataset("malay-mini");
  return new Random(0).shuffle(rows.flatMap((row) => [row.passage, row.query]));
}

async function measure(room: string, name: string, model: Embedder, all: readonly string[]): Promise<Figure[]> {
  const texts = all.slice(0, WARM_UP + BLOCK * TURNS);
  const folder = join(room, name.replaceAll(" ", "-"));
  await model.save(folder);
  const file = `${folder}.json`;
  writeFileSync(file, JSON.stringify(texts));
  const peer = new PythonPeer("encode.py", [folder, file, `${BATCH}`, `${MAX_LENGTH}`, `${THREADS}`]);
  try {
    const versions = await peer.hear<Record<string, string>>();
    const sides = { ours: { tokens: 0, seconds: 0 }, peer: { tokens: 0, seconds: 0 }, roof: { tokens: 0, seconds: 0 } };
    for (let turn = 0; turn <= TURNS; turn++) {
      const last = WARM_UP + turn * BLOCK;
      const first = turn === 0 ? 0 : last - BLOCK;
      peer.say(`${first} ${last}`);
      const theirs = await peer.hear<Work>();
      const ours = await encode(model, texts.slice(first, last));
      if (turn === 0) continue;
      addTurn(sides.peer, theirs);
      addTurn(sides.ours, ours);
      addTurn(sides.roof, roofOf(model, texts.slice(first, last)));
    }
    const work = `encode with ${name}, ${MAX_LENGTH} tokens, fp32, ${THREADS} thread`;
    return rates(work, sides, versions, "its matrix products and attention alone");
  } finally {
    peer.end();
    model.dispose();
  }
}

/** What these texts cost when only products and attention do. */
function roofOf(model: Embedder, texts: readonly string[]): Work {
  const lengths = model.tokenize(texts).map((ids) => ids.length);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const products = productsAlone(model, false);
  return { tokens, seconds: (products.seconds / products.tokens) * tokens + attentionAlone(model, lengths) };
}

async function encode(model: Embedder, texts: readonly string[]): Promise<Work> {
  const start = process.cpuUsage();
  await model.encode(texts);
  const { user, system } = process.cpuUsage(start);
  const tokens = model.tokenize(texts).reduce((sum, ids) => sum + ids.length, 0);
  return { tokens, seconds: (user + system) / 1e6 };
}

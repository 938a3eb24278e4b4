import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Random } from "../src/base/random.ts";
import { loadDataset } from "../src/data/loadDataset.ts";
import { registeredFolder } from "../src/model/registered.ts";
import { loadTokenizer } from "../src/tokenizer/loadTokenizer.ts";
import { type TrainBpeOptions, trainBpe } from "../src/tokenizer/trainBpe.ts";
import type { Figure } from "./figure.ts";
import { ownVersions } from "./inputs/ownVersions.ts";
import { sharedRows } from "./inputs/sharedRows.ts";
import { PythonPeer } from "./peers/pythonPeer.ts";

const BYTES = 20e6;
const TURNS = 5;
const VOCABULARY = 32_000;
/** As peers.py of the shared folder trains. */
const TRAINING: TrainBpeOptions = { vocabSize: 8000, limitAlphabet: 400, maxTokenLength: 16 };

/** What one side did in one turn. */
interface Turn {
  /** Ids written, or tokens learnt. */
  tokens: number;
  /** CPU seconds of the process, all its threads. */
  seconds: number;
}

/**
 * Tokenizing against Hugging Face `tokenizers` in Python, `encode_batch_fast` on one thread: the same texts and the
 * same tokenizer.json, in turns A B A B, the tokenizer loaded anew for each turn (outside the clock), so that its word
 * cache is cold. Ids per CPU second of the process; the figure is the median of the turns. The first figure is the
 * Llama form; training is BPE from the same texts.
 */
export async function run(): Promise<Figure[]> {
  const room = mkdtempSync(join(tmpdir(), "sulam-bench-"));
  const { name, texts } = await readTexts();
  const textsFile = join(room, "texts.json");
  writeFileSync(textsFile, JSON.stringify(texts));
  const peer = new PythonPeer("tokenizer.py", [textsFile]);
  try {
    const { version } = await peer.hear<{ version: string }>();
    const versions = { ...ownVersions(), tokenizers: version };
    const measure = async (work: string, ours: () => Turn, job: object, unit: string): Promise<Figure> => {
      const turns: [Turn, Turn][] = [];
      for (let turn = 0; turn < TURNS; turn++) {
        const mine = ours();
        peer.say(JSON.stringify(job));
        turns.push([mine, await peer.hear<Turn>()]);
      }
      const [rate, peerRate] = [0, 1].map((side) =>
        median(turns.map((pair) => pair[side].tokens / pair[side].seconds)),
      );
      return { work: `${work}, ${name}`, ours: rate, peer: peerRate, ratio: rate / peerRate, unit, versions };
    };
    const figures: Figure[] = [];
    for await (const [form, path] of tokenizers(room, texts))
      figures.push(
        await measure(`tokenize, ${form}, cold cache`, () => encode(path, texts), { encode: path }, "tokens/CPU s"),
      );
    figures.push(
      await measure("train BPE, 8,000 tokens", () => train(texts), { train: TRAINING.vocabSize }, "tokens/CPU s"),
    );
    return figures;
  } finally {
    peer.end();
    rmSync(room, { recursive: true, force: true });
  }
}

/** Up to 20 MB of the shared texts, shuffled by seed 0; without them malay-mini's passages, repeated. */
async function readTexts(): Promise<{ name: string; texts: string[] }> {
  const shared = sharedRows<{ text: string }>(/^corpus-.*\.jsonl\.gz$/).map(({ text }) => text);
  const { passages } = await loadDataset("malay-mini");
  const all = shared.length > 0 ? shared : Array.from({ length: 40 }, () => passages.map(({ text }) => text)).flat();
  const texts: string[] = [];
  let size = 0;
  for (const text of new Random(0).shuffle(all)) {
    size += Buffer.byteLength(text);
    if (size > BYTES) break;
    texts.push(text);
  }
  const megabytes = Math.round(texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6);
  return { name: `${megabytes} MB of ${shared.length > 0 ? "../shared/data" : "malay-mini, repeated"}`, texts };
}

/** Name and file of each tokenizer; the BPE ones are trained on the texts. */
async function* tokenizers(room: string, texts: readonly string[]): AsyncGenerator<[string, string]> {
  for (const form of ["llama", "metaspace", "byteLevel"] as const) {
    const path = join(room, `${form}.json`);
    writeFileSync(path, trainBpe(texts, { vocabSize: VOCABULARY, form }).toJson());
    yield [`${{ llama: "Llama", metaspace: "Metaspace", byteLevel: "byte-level" }[form]} form, 32,000 tokens`, path];
  }
  const minilm = await registeredFolder("minilm");
  if (minilm !== undefined) yield ["WordPiece of all-MiniLM-L6-v2", join(minilm, "tokenizer.json")];
}

function encode(path: string, texts: readonly string[]): Turn {
  const tokenizer = loadTokenizer(path);
  return timed(() => tokenizer.encodeBatch(texts).reduce((sum, ids) => sum + ids.length, 0));
}

function train(texts: readonly string[]): Turn {
  return timed(() => trainBpe(texts, TRAINING).vocabSize);
}

function timed(work: () => number): Turn {
  const start = process.cpuUsage();
  const tokens = work();
  const { user, system } = process.cpuUsage(start);
  return { tokens, seconds: (user + system) / 1e6 };
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

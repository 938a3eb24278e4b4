import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SetupError } from "../src/base/errors.ts";
import { Random } from "../src/base/random.ts";
import { loadDataset } from "../src/data/loadDataset.ts";
import { cudaProblem } from "../src/engine/cudaProblem.ts";
import type { Engine } from "../src/engine/engine.ts";
import { openEngine } from "../src/engine/openEngine.ts";
import { Embedder } from "../src/model/embedder.ts";
import { trainBpe } from "../src/tokenizer/trainBpe.ts";
import { train } from "../src/train/train.ts";
import type { Figure } from "./figure.ts";
import { ownVersions } from "./inputs/ownVersions.ts";
import { addTurn, type Work } from "./inputs/rates.ts";
import { PythonPeer } from "./peers/pythonPeer.ts";

/** What one model is measured on. */
interface Trial {
  name: string;
  /** A Hugging Face configuration; the weights are random, which speed does not see. */
  config: Record<string, unknown>;
  texts: readonly string[];
  maxLength: number;
  /** Texts of a batch of the peer. */
  encodeBatch: number;
}

type Pair = [query: string, passage: string];

const TRAIN_BATCH = 64;
/** Tokens of a batch of ours, about as many as the peer's batches hold. */
const TOKEN_BUDGET = 16_384;
/** Steps of one side before the other has its turn, and turns of each. */
const BLOCK = 24;
const TURNS = 2;
/** Steps to warm up; of texts, an eighth of a turn. */
const WARM_UP = 4;
const SHORT_TEXTS = 9000;
const LONG_TEXTS = 192;

/**
 * Training and encoding on a GPU against sentence-transformers: same model folder, texts and lengths, in turns A B A B,
 * in float32 and in bfloat16. Real tokens (no padding) per second on the clock; tokenizing counts on both sides.
 *
 * @throws {SetupError} without a CUDA device
 */
export async function run(): Promise<Figure[]> {
  const problem = cudaProblem();
  if (problem !== undefined) throw new SetupError("bench", `it needs a GPU: ${problem}`, "Run it where there is one.");
  const engine = await openEngine({ device: "cuda" });
  const { rows } = await loadDataset("malay-mini");
  const random = new Random(0);
  const pairs = random.shuffle(
    rows.flatMap(({ passage, query, english }): Pair[] => [
      [query, passage],
      [english, passage],
    ]),
  );
  const figures: Figure[] = [];
  for (const trial of trialsOf(
    rows.map(({ passage }) => passage),
    random,
  ))
    figures.push(...(await measure(engine, trial, pairs)));
  return figures;
}

function trialsOf(passages: readonly string[], random: Random): Trial[] {
  const joined = (count: number): string => random.sample(passages, count).join(" ");
  // Each once: ours would encode equal ones only once.
  const texts = [...new Set(Array.from({ length: SHORT_TEXTS }, () => joined(1 + random.int(4))))];
  const long = Array.from({ length: LONG_TEXTS }, () => joined(60));
  const sizes = { hidden_size: 384, num_hidden_layers: 6, num_attention_heads: 12, intermediate_size: 1536 };
  const bert = { model_type: "bert", ...sizes, max_position_embeddings: 512, type_vocab_size: 2 };
  const heads = { num_attention_heads: 12, num_key_value_heads: 4, intermediate_size: 2048 };
  const shape = { model_type: "mistral", hidden_size: 768, num_hidden_layers: 12, ...heads, sliding_window: null };
  const mistral = { ...shape, max_position_embeddings: 4096 };
  const name = "an 82 M-parameter Mistral";
  return [
    { name: "a BERT of MiniLM's shape", config: bert, texts, maxLength: 256, encodeBatch: 128 },
    { name, config: mistral, texts, maxLength: 256, encodeBatch: 128 },
    { name: `${name}, long texts`, config: mistral, texts: long, maxLength: 4096, encodeBatch: 8 },
  ];
}

async function measure(engine: Engine, trial: Trial, pairs: readonly Pair[]): Promise<Figure[]> {
  const { texts, maxLength, encodeBatch } = trial;
  const room = mkdtempSync(join(tmpdir(), "sulam-bench-"));
  const tokenizer = trainBpe(pairs.flat(), { vocabSize: 8000 });
  const options = {
    engine,
    tokenizer,
    config: trial.config,
    random: new Random(0),
    scheme: "normal",
    pooling: "mean",
    maxLength,
  } as const;
  const model = Embedder.create(options);
  await model.save(join(room, "model"));
  const input = join(room, "input.json");
  writeFileSync(input, JSON.stringify({ texts, pairs, maxLength, encodeBatch, trainBatch: TRAIN_BATCH }));
  const peer = new PythonPeer("gpu.py", [join(room, "model"), input]);
  try {
    const versions = { ...ownVersions(), ...(await peer.hear<Record<string, string>>()) };
    const figures: Figure[] = [];
    for (const bf16 of [false, true]) {
      const kind = bf16 ? "bfloat16" : "float32";
      const encoding = await encodeInTurns(model, peer, trial, bf16);
      figures.push(figureOf(`encode on a GPU with ${trial.name}, ${kind}`, encoding, versions));
      // Pairs are short: a third trial would train the second's model again.
      if (maxLength > 1000) continue;
      const training = await trainInTurns(model, peer, pairs, bf16);
      figures.push(figureOf(`train on a GPU ${trial.name}, batch ${TRAIN_BATCH}, ${kind}`, training, versions));
    }
    return figures;
  } finally {
    peer.end();
    model.dispose();
    rmSync(room, { recursive: true, force: true });
  }
}

interface Sides {
  ours: Work;
  peer: Work;
}

function newSides(): Sides {
  return { ours: { tokens: 0, seconds: 0 }, peer: { tokens: 0, seconds: 0 } };
}

async function encodeInTurns(model: Embedder, peer: PythonPeer, trial: Trial, bf16: boolean): Promise<Sides> {
  const sides = newSides();
  const block = Math.floor(trial.texts.length / TURNS);
  for (let turn = -1; turn < TURNS; turn++) {
    const [from, to] = turn < 0 ? [0, Math.ceil(block / 8)] : [turn * block, (turn + 1) * block];
    peer.say(JSON.stringify({ do: "encode", from, to, bf16 }));
    const theirs = await peer.hear<Work>();
    const start = performance.now();
    await model.encode(trial.texts.slice(from, to), {
      tokenBudget: TOKEN_BUDGET,
      autocast: bf16 ? "bfloat16" : undefined,
    });
    const ours = { tokens: theirs.tokens, seconds: (performance.now() - start) / 1000 };
    if (turn < 0) continue;
    addTurn(sides.peer, theirs);
    addTurn(sides.ours, ours);
  }
  return sides;
}

async function trainInTurns(model: Embedder, peer: PythonPeer, pairs: readonly Pair[], bf16: boolean): Promise<Sides> {
  const sides = newSides();
  const examples = pairs.map(([query, passage]) => ({ query, pos: [passage], neg: [] }));
  const loss = { name: "infoNce", temperature: 0.02 } as const;
  const options = { loss, batchSize: TRAIN_BATCH, lr: 1e-5, weightDecay: 0, clipNorm: 1, autocast: bf16 };
  for (let turn = -1; turn < TURNS; turn++) {
    const steps = turn < 0 ? WARM_UP : BLOCK;
    peer.say(JSON.stringify({ do: "train", steps, bf16 }));
    const theirs = await peer.hear<Work>();
    const ours = await train(model, examples, { ...options, maxSteps: steps, seed: turn + 1 });
    ours.embedder.dispose();
    if (turn < 0) continue;
    addTurn(sides.peer, theirs);
    addTurn(sides.ours, ours);
  }
  return sides;
}

function figureOf(work: string, { ours, peer }: Sides, versions: Record<string, string>): Figure {
  const [mine, theirs] = [ours, peer].map(({ tokens, seconds }) => tokens / seconds);
  process.stderr.write(`${work}: ${Math.round(mine)} beside ${Math.round(theirs)}\n`);
  return { work, ours: mine, peer: theirs, ratio: mine / theirs, unit: "real tokens per second", versions };
}

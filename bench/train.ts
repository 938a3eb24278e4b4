import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Random } from "../src/base/random.ts";
import { examplesFrom } from "../src/data/examplesFrom.ts";
import { loadDataset } from "../src/data/loadDataset.ts";
import { openEngine } from "../src/engine/openEngine.ts";
import { Embedder } from "../src/model/embedder.ts";
import { train } from "../src/train/train.ts";
import type { TrainOptions } from "../src/train/trainOptions.ts";
import type { Figure } from "./figure.ts";
import { productsAlone } from "./inputs/productsAlone.ts";
import { addTurn, rates, type Work } from "./inputs/rates.ts";
import { sharedRows } from "./inputs/sharedRows.ts";
import { tinyMistral } from "./inputs/tinyMistral.ts";
import { PythonPeer } from "./peers/pythonPeer.ts";

const BATCH = 32;
const MAX_LENGTH = 128;
const THREADS = 1;
/** Steps of one side before the other has its turn, and turns of each. */
const BLOCK = 3;
const TURNS = 4;
const WARM_UP = 2;

type Pair = [query: string, passage: string];

/**
 * Training speed against sentence-transformers: same model folder, pairs, batch, length and threads, in turns A B A B.
 *
 * Real tokens (no padding) per CPU second of the process, one thread: on an idle machine that is per second, and a
 * neighbour on the same core does not count. Ours counts a text that occurs twice in a step once, the peer twice.
 */
export async function run(): Promise<Figure[]> {
  const room = mkdtempSync(join(tmpdir(), "sulam-bench-"));
  try {
    const engine = await openEngine({ threads: THREADS });
    const malay = examplesFrom((await loadDataset("malay-mini")).rows, FIELDS).map(
      ({ query, pos }): Pair => [query, pos[0]],
    );
    const minilm = await Embedder.load("minilm", { engine, maxLength: MAX_LENGTH });
    const figures = await measure(room, "minilm on malay-mini", minilm, malay);
    const mixed = mixedPairs();
    if (mixed.length === 0) {
      process.stderr.write("Left out: the 5 M-parameter Mistral on mixed pairs, which needs ../shared/data.\n");
      return figures;
    }
    const passages = mixed.map(([, passage]) => passage);
    const mistral = tinyMistral(engine, passages, MAX_LENGTH);
    return [...figures, ...(await measure(room, "5 M-parameter Mistral on mixed pairs", mistral, mixed))];
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

const FIELDS = ["query", "queryColloquial", "paraphrase", "english", "indonesian"];

/** The training pairs of all sets beside the checkout, queries and passages of every length; none without them. */
function mixedPairs(): Pair[] {
  const rows = sharedRows<{ query: string; positive: string }>(/^pairs-.*\.train\.jsonl\.gz$/);
  return rows.map(({ query, positive }): Pair => [query, positive]);
}

async function measure(room: string, name: string, model: Embedder, all: readonly Pair[]): Promise<Figure[]> {
  const pairs = new Random(0).shuffle([...all]).slice(0, BATCH * BLOCK * TURNS);
  const folder = join(room, name.replaceAll(" ", "-"));
  await model.save(folder);
  const file = `${folder}.json`;
  writeFileSync(file, JSON.stringify(pairs));
  const peer = new PythonPeer("train.py", [folder, file, `${BATCH}`, `${MAX_LENGTH}`, `${THREADS}`]);
  try {
    const versions = await peer.hear<Record<string, string>>();
    const [theirs, roof]: Work[] = [
      { tokens: 0, seconds: 0 },
      { tokens: 0, seconds: 0 },
    ];
    const turn = async (steps: number): Promise<Work> => {
      peer.say(`${steps}`);
      return peer.hear<Work>();
    };
    await turn(WARM_UP);
    const options: TrainOptions<Embedder> = {
      loss: { name: "infoNce", temperature: 0.02 },
      batchSize: BATCH,
      maxLength: MAX_LENGTH,
      lr: 1e-5,
      weightDecay: 0,
      clipNorm: 1,
      clock: cpuMilliseconds,
    };
    const examples = pairs.map(([query, passage]) => ({ query, pos: [passage], neg: [] }));
    (await train(model, examples, { ...options, maxSteps: WARM_UP })).embedder.dispose();
    const takeTurns = async (): Promise<Record<string, number>> => {
      addTurn(theirs, await turn(BLOCK));
      addTurn(roof, productsAlone(model, true));
      return {};
    };
    const ours = await train(model, examples, { ...options, evaluate: { everySteps: BLOCK, run: takeTurns } });
    ours.embedder.dispose();
    const work = `train ${name}, batch ${BATCH}, ${MAX_LENGTH} tokens, fp32, ${THREADS} thread`;
    return rates(work, { ours, peer: theirs, roof }, versions);
  } finally {
    peer.end();
  }
}

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

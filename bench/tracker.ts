import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBrowser } from "../src/kernel/evaluator/findBrowser.ts";
import { endRun, startRun } from "../src/track/startRun.ts";
import type { Figure } from "./figure.ts";
import { coldPage } from "./inputs/coldPage.ts";
import { largeStore } from "./inputs/largeStore.ts";
import { type BenchServer, idleServer, mlflowServer, ourServer } from "./inputs/trackerServers.ts";
import { PythonPeer } from "./peers/pythonPeer.ts";

/** What one side did in one turn. */
interface Work {
  count: number;
  seconds: number;
}

/** How often each side does a task, A B A B; the median of the turns counts. */
const TURNS = 5;
const RUNS = 2000;
const POINTS = 500;

/**
 * The tracker beside MLflow: both with MLflow's own Python client, over HTTP, on stores with the same runs; one metric a
 * call from code beside MLflow's client on its SQLite file. Wall time, since a client waits for its server.
 */
export async function run(): Promise<Figure[]> {
  const room = mkdtempSync(join(tmpdir(), "sulam-bench-"));
  const versions = { sulam: ownVersion() };
  try {
    return [await fromCode(room, versions), ...(await overHttp(room, versions)), ...(await large(room, versions))];
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

/** One metric a call, stored when the call returns. */
async function fromCode(room: string, versions: Record<string, string>): Promise<Figure> {
  const mlflow = new PythonPeer("tracker.py", [`sqlite:///${room}/code.db`]);
  const ours = startRun({ dir: join(room, "code"), name: "bench" });
  try {
    Object.assign(versions, await mlflow.hear<Record<string, string>>());
    let step = 0;
    const mine = (): Work => {
      const start = performance.now();
      for (let i = 0; i < POINTS; i++, step++) ours.metrics({ loss: 1 / (step + 1) }, step);
      return { count: POINTS, seconds: (performance.now() - start) / 1000 };
    };
    const [our, their] = await inTurns(
      async () => mine(),
      () => ask(mlflow, `single ${POINTS}`),
    );
    return higher("one metric a call, from code, stored", "metrics/s", [rate(our), rate(their)], versions);
  } finally {
    endRun();
    mlflow.end();
  }
}

async function overHttp(room: string, versions: Record<string, string>): Promise<Figure[]> {
  for (const side of ["ours", "mlflow"]) mkdirSync(join(room, side));
  const sides = [() => ourServer(join(room, "ours")), () => mlflowServer(join(room, "mlflow"))] as const;
  const figures = await measure(await Promise.all(sides.map((start) => start())), versions);
  // Started again, on what is there now.
  const again = [await sides[0](), await sides[1]()];
  const megabytes = again.map((server) => server.memory() / 1e6);
  const seconds = again.map(({ startSeconds }) => startSeconds);
  await Promise.all(again.map((server) => server.stop()));
  figures.push(lower("server start on a store that is there", "s", seconds, versions));
  figures.push(lower("memory of the server after its start", "MB", megabytes, versions));
  return figures;
}

async function measure(servers: BenchServer[], versions: Record<string, string>): Promise<Figure[]> {
  const idle = await idleServer();
  const peers = servers.map(({ url }) => new PythonPeer("tracker.py", [url]));
  const alone = new PythonPeer("tracker.py", [idle.url, "0".repeat(32)]);
  try {
    for (const peer of [...peers, alone]) await peer.hear();
    const [ours, mlflow] = peers;
    const both = (task: string): Promise<[Work[], Work[]]> =>
      inTurns(
        () => ask(ours, task),
        () => ask(mlflow, task),
      );
    const rates = async (task: string): Promise<number[]> => (await both(task)).map(rate);
    const figures = [
      higher("one metric a call, Python client over HTTP", "metrics/s", await rates("single 100"), versions),
    ];
    const batches = await rates("batch 5");
    figures.push(higher("batches of 1,000, Python client over HTTP", "metrics/s", batches, versions));
    const beside = await inTurns(
      () => ask(ours, "batch 5"),
      () => ask(alone, "batch 5"),
    );
    const share = "batches of 1,000: ours, beside the client's limit against a server that does nothing";
    figures.push(higher(share, "metrics/s", beside.map(rate), versions));
    const half = (): Promise<[Work[], Work[]]> => both(`runs ${RUNS / 2 / TURNS}`);
    const first = await half();
    const page = await pages(servers, versions);
    const made = (await half()).map((works, side) => rate([...first[side], ...works]));
    figures.push(higher("runs of 10 params and 100 metrics, Python client", "runs/s", made, versions));
    const found = (await both("search 3")).map((works) => (1000 * median(works.map(({ seconds }) => seconds))) / 3);
    figures.push(lower(`the best 100 of ${RUNS} runs by a metric, Python client`, "ms", found, versions));
    const memory = servers.map((server) => server.memory() / 1e6);
    figures.push(lower(`memory of the server after ${RUNS} runs`, "MB", memory, versions));
    return [...figures, ...page];
  } finally {
    for (const peer of [...peers, alone]) peer.end();
    idle.stop();
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** The table of runs in a browser that has seen neither page before. */
async function pages([ours, mlflow]: readonly BenchServer[], versions: Figure["versions"]): Promise<Figure[]> {
  if (findBrowser() === undefined) {
    process.stderr.write("Left out: the page of runs, which needs a Chromium (SULAM_CHROME names one).\n");
    return [];
  }
  const opened = await inTurns(
    () => coldPage(`${ours.url}/?experiment=1`, "tbody .run-link"),
    () => coldPage(`${mlflow.url}/#/experiments/1/runs`, 'a[href*="/runs/"]'),
  );
  const seconds = opened.map((pages) => median(pages.map((page) => page.seconds)));
  const megabytes = opened.map((pages) => median(pages.map((page) => page.bytes / 1e6)));
  return [
    lower(`the page of ${RUNS / 2} runs, cold, until its first row is seen`, "s", seconds, versions),
    lower(`the page of ${RUNS / 2} runs, cold, over the wire`, "MB", megabytes, versions),
  ];
}

async function large(room: string, versions: Figure["versions"]): Promise<Figure[]> {
  const server = await ourServer(join(room, "large"));
  try {
    return await largeStore(server, versions);
  } finally {
    await server.stop();
  }
}

async function inTurns<T>(a: () => Promise<T>, b: () => Promise<T>): Promise<[T[], T[]]> {
  const works: [T[], T[]] = [[], []];
  for (let turn = 0; turn < TURNS; turn++) {
    works[0].push(await a());
    works[1].push(await b());
  }
  return works;
}

function ask(peer: PythonPeer, task: string): Promise<Work> {
  peer.say(task);
  return peer.hear<Work>();
}

function rate(works: readonly Work[]): number {
  return median(works.map(({ count, seconds }) => count / seconds));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function higher(work: string, unit: string, [ours, peer]: readonly number[], versions: Figure["versions"]): Figure {
  return { work, ours, peer, ratio: ours / peer, unit, versions };
}

function lower(work: string, unit: string, [ours, peer]: readonly number[], versions: Figure["versions"]): Figure {
  return { work, ours, peer, ratio: peer / ours, unit, versions };
}

function ownVersion(): string {
  return JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version;
}

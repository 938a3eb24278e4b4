import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { program } from "../cli/cli.ts";
import { root } from "./pages.ts";

/** What a line did. */
export interface Did {
  code: number | null;
  out: string;
  err: string;
}

/** Someone who sits in a folder of their own, with an empty home, and types what a page says. */
export interface Reader {
  folder: string;
  /** Runs a line in bash, which stops at the first command that fails. */
  type(line: string): Promise<Did>;
  /** Starts a line that goes on until `stop`. @returns the first line it prints */
  start(line: string): Promise<string>;
  /** Ends what was started, and removes the folder. */
  leave(): Promise<void>;
}

/** `npx sulam` is the program of this checkout, as `npm test` has built it. */
const WORDS = [process.execPath, ...program()].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
const PRELUDE = `npx() { [ "$1" = sulam ] || return 127; shift; ${WORDS.join(" ")} "$@"; }; `;
/** Milliseconds that a line may take. */
const PATIENCE = 300_000;
/** Where Jupyter's folders would be found in place of the reader's home, or a server in place of none. */
const NOT_THEIRS = [
  ...["JUPYTER_DATA_DIR", "JUPYTER_PATH", "JUPYTER_PREFER_ENV_PATH", "XDG_DATA_HOME"],
  ...["VIRTUAL_ENV", "CONDA_PREFIX", "MLFLOW_TRACKING_URI"],
];

/** @param from  a reader whose files this one has too; else those that the pages' commands name */
export function newReader(from?: Reader): Reader {
  // inside the checkout, where the engine that set-up chose is found
  mkdirSync(join(root, "build"), { recursive: true });
  const folder = mkdtempSync(join(root, "build/reader-"));
  if (from) cpSync(from.folder, folder, { recursive: true });
  else writeFiles(folder);
  const env = {
    ...process.env,
    ...Object.fromEntries(NOT_THEIRS.map((name) => [name, undefined])),
    HOME: join(folder, "home"),
    SULAM_STORE: join(folder, "store"),
    OMP_NUM_THREADS: "1",
  };
  const running = new Set<ChildProcess>();
  const spawned = (line: string): ChildProcess => {
    const args = ["-e", "-o", "pipefail", "-c", PRELUDE + line];
    const child = spawn("bash", args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    running.add(child.on("close", () => running.delete(child)));
    return child;
  };
  // also when the tests are stopped: a group of its own hears no Ctrl-C
  const clear = (): void => {
    for (const child of running) endGroup(child, "SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  const stop = (): never => process.exit(1);
  process.once("exit", clear).once("SIGINT", stop).once("SIGTERM", stop);
  return {
    folder,
    type: async (line) => {
      const child = spawned(line);
      const timer = setTimeout(() => endGroup(child, "SIGKILL"), PATIENCE);
      return ended(child).finally(() => clearTimeout(timer));
    },
    start: (line) => firstLine(spawned(line), line),
    leave: async () => {
      const over = [...running].map((child) => new Promise((resolve) => child.on("close", resolve)));
      for (const child of running) endGroup(child, "SIGTERM");
      await Promise.all(over);
      clear();
      process.off("exit", clear).off("SIGINT", stop).off("SIGTERM", stop);
    },
  };
}

function ended(child: ChildProcess): Promise<Did> {
  const did: Did = { code: null, out: "", err: "" };
  child.stdout?.on("data", (chunk) => (did.out += chunk));
  child.stderr?.on("data", (chunk) => (did.err += chunk));
  return new Promise((resolve) => child.on("close", (code) => resolve({ ...did, code })));
}

function firstLine(child: ChildProcess, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = "";
    child.stdout?.on("data", (chunk) => {
      out += chunk;
      if (out.includes("\n")) resolve(out.slice(0, out.indexOf("\n")));
    });
    child.on("close", (code) => reject(new Error(`${line}: ended with ${code}`)));
  });
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid!, signal);
  } catch {
    // it is over
  }
}

type Row = Record<"id" | "topic" | "passage" | "query" | "english", string>;

/** The files that the pages' commands name, made of malay-mini's first rows. */
function writeFiles(folder: string): void {
  const source = readFileSync(join(root, "datasets/malay-mini/malay-mini.jsonl"), "utf8").split("\n", 60);
  const rows = source.map((row) => JSON.parse(row) as Row);
  const topics = [...new Set(rows.map(({ topic }) => topic))];
  const split = ({ topic }: Row): string => ["train", "train", "dev", "test"][topics.indexOf(topic) % 4]!;
  const passages = rows.map(({ passage }) => passage);
  const document = passages.slice(0, 9).join("\n\n");
  const asked = rows.slice(0, 9).map(({ query, passage }) => ({ question: query, answer: passage.slice(0, 60) }));
  const files: Record<string, string | Buffer> = {
    "small.jsonl": jsonl(rows.slice(0, 30).map((row) => ({ ...row, split: split(row) }))),
    "dump.jsonl": jsonl(rows.map(({ id, topic, passage, query }) => ({ id, topic, passage, query }))),
    "pairs.jsonl": jsonl(rows.map(({ query, passage }) => ({ query, positive: passage }))),
    "corpus.txt": lines(passages),
    "texts.txt": lines(rows.map(({ query }) => query)),
    "docs.jsonl": jsonl([{ id: "notis", text: document }]),
    "questions.jsonl": jsonl(asked.map((row) => ({ ...row, document: "notis" }))),
    "notes/bayaran.md": passages.slice(0, 20).join("\n\n"),
    "pages/satu.html": `<title>Notis</title><article>${passages.slice(9, 14).map((text) => `<p>${text}</p>`)}</article>`,
    "DIR/corpus.jsonl": jsonl(rows.map(({ id, passage }) => ({ id, text: passage }))),
    "DIR/queries.jsonl": jsonl(rows.map(({ id, query }) => ({ id: `q-${id}`, text: query }))),
    "DIR/qrels.jsonl": jsonl(rows.map(({ id }) => ({ query_id: `q-${id}`, doc_id: id, relevance: 1 }))),
    "sts.jsonl": jsonl(rows.map(({ query, passage }, i) => ({ sentence1: query, sentence2: passage, score: i % 6 }))),
    "triplets.jsonl": jsonl(
      rows.map(({ query, passage }, i) => ({ anchor: query, positive: passage, negative: passages.at(i - 1) })),
    ),
    "reranking.jsonl": jsonl(
      rows.map(({ query, passage }, i) => ({ query, positive: [passage], negative: [passages.at(i - 1)] })),
    ),
    "bitext.jsonl": jsonl(rows.map(({ query, english }) => ({ sentence1: query, sentence2: english }))),
    "words.yaml":
      "name: words\ndata: { name: small.jsonl }\nsystems: { bm25: { kind: bm25 }, flat: { kind: bm25, b: 0 } }\n",
    "IN.ipynb": notebook(["let rows = 2;", "rows * 0 + 2"]),
    "A.ipynb": notebook(["let rows = 2;", "rows"]),
    "B.ipynb": notebook(["let rows = 3;", "rows"]),
  };
  files["dump.jsonl.gz"] = gzipSync(files["dump.jsonl"]!);
  files["corpus.jsonl.gz"] = gzipSync(jsonl(passages.map((passage) => ({ passage }))));
  for (const name of ["home", "notes", "pages", "DIR", "datasets", "experiments/runs"])
    mkdirSync(join(folder, name), { recursive: true });
  for (const [name, data] of Object.entries(files)) writeFileSync(join(folder, name), data);
  cpSync(join(root, "test/fixtures/model/cross-encoder"), join(folder, "cross-encoder"), { recursive: true });
}

function jsonl(rows: readonly unknown[]): string {
  return lines(rows.map((row) => JSON.stringify(row)));
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}

/** A notebook whose first cell holds its parameters, and whose second shows 2. */
function notebook([parameters, shown]: [string, string]): string {
  const cell = { cell_type: "code", execution_count: null, metadata: {}, outputs: [] as unknown[] };
  const data = { "text/plain": "2" };
  const outputs = [{ output_type: "execute_result", execution_count: 2, data, metadata: {} }];
  const cells = [
    { ...cell, id: "given", metadata: { tags: ["parameters"] }, source: parameters },
    { ...cell, id: "shown", execution_count: 2, source: shown, outputs },
  ];
  const kernelspec = { name: "sulam", display_name: "TypeScript (sulam)", language: "typescript" };
  return JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 });
}

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
const PRELUDE = `npx() { [ "$1" = sulam ] || return 127; shift; "$SULAM_NODE" ${program().join(" ")} "$@"; }; `;

/** @param from  a reader whose files this one has too; else those that the pages' commands name */
export function newReader(from?: Reader): Reader {
  // inside the checkout, where the engine that set-up chose is found
  mkdirSync(join(root, "build"), { recursive: true });
  const folder = mkdtempSync(join(root, "build/reader-"));
  if (from) cpSync(from.folder, folder, { recursive: true });
  else writeFiles(folder);
  const env = {
    ...process.env,
    HOME: join(folder, "home"),
    SULAM_STORE: join(folder, "store"),
    SULAM_NODE: process.execPath,
    MLFLOW_TRACKING_URI: undefined,
  };
  const started: ChildProcess[] = [];
  const spawned = (line: string): ChildProcess => {
    const args = ["-e", "-o", "pipefail", "-c", PRELUDE + line];
    return spawn("bash", args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  };
  return {
    folder,
    type: (line) => ended(spawned(line)),
    start: (line) => {
      const child = spawned(line);
      started.push(child);
      return firstLine(child, line);
    },
    leave: async () => {
      await Promise.all(started.map(endGroup));
      rmSync(folder, { recursive: true, force: true });
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

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const over = new Promise((resolve) => child.on("close", resolve));
  process.kill(-child.pid!, "SIGTERM");
  await over;
}

type Row = Record<"id" | "topic" | "passage" | "query", string>;

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
    "words.yaml": "name: words\ndata: { name: small.jsonl }\nsystems: { bm25: { kind: bm25 } }\n",
    "IN.ipynb": notebook(["let rows = 2;", "rows * 0 + 2"]),
    "A.ipynb": notebook(["let rows = 2;", "rows"]),
    "B.ipynb": notebook(["let rows = 3;", "rows"]),
  };
  files["dump.jsonl.gz"] = gzipSync(files["dump.jsonl"]!);
  files["corpus.jsonl.gz"] = gzipSync(jsonl(passages.map((passage) => ({ passage }))));
  for (const name of ["home", "notes", "pages", "DIR", "datasets", "experiments/runs"])
    mkdirSync(join(folder, name), { recursive: true });
  for (const [name, data] of Object.entries(files)) writeFileSync(join(folder, name), data);
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

import { existsSync, writeFileSync } from "node:fs";
import type { CheckedCell, CheckerReply, CheckerRequest } from "../../../src/kernel/checkerMessages.ts";

// Stands in for the type checker. A cell is passed on as it is, but for these: `bad` is a type error, `die` ends this
// process, `hang` stops it; `die once FILE` and `hang once FILE` do so only while FILE is not there.
// A cell or expression that begins with `slow FILE OTHER` makes FILE, and is checked when OTHER is there.
// Completion offers the codes of all committed cells.

const committed: string[] = [];
const texts = new Map<number, string>();

function misbehave(code: string): void {
  const [, what, , file] = /^(die|hang)( once (\S+))?$/.exec(code) ?? [];
  if (what === undefined || (file !== undefined && existsSync(file))) return;
  if (file !== undefined) writeFileSync(file, "");
  if (what === "die") process.exit(9);
  for (;;);
}

function dawdle(code: string): void {
  const [, file, other] = /^slow (\S+) (\S+)/.exec(code) ?? [];
  if (file === undefined || other === undefined) return;
  writeFileSync(file, "");
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(other)) Atomics.wait(sleeper, 0, 0, 10);
}

function answer(request: CheckerRequest): Extract<CheckerReply, { result: unknown }>["result"] {
  if (request.method === "check") {
    misbehave(request.code);
    dawdle(request.code);
    texts.set(request.cell, request.code);
    const magics = { time: false, reload: false };
    const problem = { ename: "TypeError", evalue: "bad", traceback: ["cell1.ts:1:1 - bad"] };
    const checked: CheckedCell = request.code === "bad" ? { problem, magics } : { js: request.code, map: "", magics };
    return checked;
  }
  if (request.method === "commit") {
    const { cell } = request;
    const text = texts.get(cell) ?? "?";
    committed.push(text);
    return { kept: { cell, isJsx: false, text, needs: [], globalEffects: [], declared: [] }, forgotten: [] };
  }
  if (request.method === "restore") committed.push(...request.kept.map(({ text }) => text));
  if (request.method === "expression") {
    dawdle(request.code);
    return { js: request.code, magics: { time: false, reload: false } };
  }
  if (request.method === "complete")
    return { matches: committed, start: request.offset, end: request.offset, types: committed.map(() => "text") };
  if (request.method === "isComplete") return { status: "complete", indent: "" };
  return null;
}

process.on("message", (request: CheckerRequest) => process.send?.({ id: request.id, result: answer(request) }));
process.on("disconnect", () => process.exit(0));

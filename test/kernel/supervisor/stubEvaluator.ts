import { spawn } from "node:child_process";
import { existsSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import type { EvaluatorCommand, EvaluatorEvent } from "../../../src/kernel/evaluatorMessages.ts";
import { encodeFrame, FrameReader } from "../../../src/kernel/frames.ts";

// Stands in for the evaluator where a test needs to know exactly what it does: a cell's lines are orders, not code.
//   print WORD | err WORD | raw WORD (past the events) | show WORD | result WORD | sleep MS | lines N | flood MB
//   exit CODE | kill | heap | throw | wait (until interrupted) | ask PROMPT | late MS WORD | child
//   stuck (says `stopped` at an interrupt after the cell's end)
//   pid | printer (a child that prints for over 10 s) | leave FILE (as soon as FILE is there, between cells too)

const { SULAM_KERNEL_TOKEN: token } = process.env;
const say = (event: EvaluatorEvent): void => {
  const frame = encodeFrame(event);
  for (let at = 0; at < frame.length; ) at += writeSync(3, frame, at);
};
let interrupted: (() => void) | undefined;
let answered: ((reply: { value?: string; error?: string }) => void) | undefined;
const waiting = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function order(cell: number, line: string): Promise<void> {
  const [word = "", ...rest] = line.split(" ");
  const text = rest.join(" ");
  const stream = (name: "stdout" | "stderr", what: string): void => say({ kind: "stream", cell, name, text: what });
  const shown = { cell, data: { "text/plain": text }, metadata: {} };
  if (word === "print") stream("stdout", `${text}\n`);
  else if (word === "err") stream("stderr", `${text}\n`);
  else if (word === "raw") writeSync(1, `${text}\n`);
  else if (word === "show") say({ kind: "display", update: false, ...shown });
  else if (word === "result") say({ kind: "result", ...shown });
  else if (word === "sleep") await waiting(Number(text));
  else if (word === "lines") for (let i = 0; i < Number(text); i++) stream("stdout", `${i}\n`);
  else if (word === "flood") for (let i = 0; i < Number(text) * 16; i++) stream("stdout", `${"x".repeat(65_535)}\n`);
  else if (word === "exit") process.exit(Number(text));
  else if (word === "kill") process.kill(process.pid, "SIGKILL");
  else if (word === "heap") {
    writeSync(2, "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n");
    process.abort();
  } else if (word === "throw") throw new RangeError("thrown");
  else if (word === "wait")
    await new Promise<void>((_, reject) => {
      interrupted = () => reject(Object.assign(new Error("interrupted"), { name: "Interrupted" }));
    });
  else if (word === "stuck") interrupted = () => stream("stdout", "stopped\n");
  else if (word === "ask") {
    say({ kind: "input", id: 1, cell, prompt: text, password: false });
    const { value, error } = await new Promise<{ value?: string; error?: string }>((resolve, reject) => {
      answered = resolve;
      interrupted = () => reject(new Error("interrupted"));
    });
    if (error) throw new Error(error);
    stream("stdout", `got ${value}\n`);
  } else if (word === "late") setTimeout(() => stream("stdout", `${rest[1]}\n`), Number(rest[0]));
  else if (word === "child") spawn("sleep", ["600"], { stdio: "inherit" }).unref();
  else if (word === "pid") stream("stdout", String(process.pid));
  else if (word === "printer")
    spawn("sh", ["-c", "for i in $(seq 500); do echo x; sleep .02; done; echo end"], { stdio: "inherit" }).unref();
  else if (word === "leave") setInterval(() => existsSync(text) && process.exit(5), 10);
}

async function execute({ cell, js }: Extract<EvaluatorCommand, { kind: "execute" }>): Promise<void> {
  let error: { ename: string; evalue: string; traceback: string[] } | undefined;
  try {
    for (const line of js.split("\n")) await order(cell, line);
  } catch (thrown) {
    const { name, message } = thrown as Error;
    error = { ename: name, evalue: message, traceback: [`${name}: ${message}`] };
  }
  for (const descriptor of [1, 2]) writeSync(descriptor, `\0sulam ${token} ${cell}\n`);
  say({ kind: "done", cell, error });
}

const reader = new FrameReader<EvaluatorCommand>();
new Socket({ fd: 4, readable: true, writable: false })
  .on("data", (chunk) => {
    for (const command of reader.push(chunk)) {
      if (command.kind === "execute") void execute(command);
      else if (command.kind === "interrupt") interrupted?.();
      else if (command.kind === "inputReply") answered?.(command);
      else if (command.kind === "expression")
        say({ kind: "expressionDone", id: command.id, data: { "text/plain": command.js } });
      else if (command.kind === "comm") {
        const message = { ...command.message, what: command.message.what === "open" ? "msg" : "close" } as const;
        const { cell } = command;
        say({ kind: "stream", cell, name: "stdout", text: `handled ${command.message.what}\n` });
        say({ kind: "comm", cell, message });
        setTimeout(() => say({ kind: "stream", cell, name: "stdout", text: "later\n" }), 50);
        say({ kind: "commDone", cell });
      } else if (command.kind === "shutdown") process.exit(0);
    }
  })
  .on("end", () => process.exit(0));
say({ kind: "ready" });

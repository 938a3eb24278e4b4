import { Session } from "node:inspector";
import { Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import type { EvaluatorCommand } from "../evaluatorMessages.ts";
import { FrameReader } from "../frames.ts";
import { type FromCommandThread, SHARED, type ToCommandThread } from "./sharedState.ts";

// The thread that reads descriptor 4. It hands commands on to the main thread, and where the main thread does not take
// an interrupt by itself (it is inside a synchronous stretch), it stops the code through an inspector session.
const COMMANDS = 4;
const PATIENCE = 80; // ms until code that does not return to the event loop is stopped
const FORCE = 300; // ms until it is stopped inside Node's own functions too
const RETRY = 2; // ms between two tries

const shared = new Int32Array(workerData as SharedArrayBuffer);
const session = new Session();
session.connectToMainThread();
let serial = 0;
let cell = 0;

function tell(message: FromCommandThread): void {
  parentPort!.postMessage(message);
}

function interrupt(): void {
  serial++;
  tell({ kind: "interrupt", serial, cell });
  const mine = serial;
  const start = performance.now();
  const insist = (): void => {
    if (mine !== serial || Atomics.load(shared, SHARED.handled) >= mine) return;
    const force = performance.now() - start > FORCE;
    const expression = `globalThis[Symbol.for("sulam.kernel.prepareTermination")](${mine}, ${force})`;
    // Answers only once the main thread is in JavaScript again, so a native step is waited for.
    session.post("Runtime.evaluate", { expression, silent: true }, () => setTimeout(insist, RETRY));
  };
  setTimeout(insist, PATIENCE);
}

parentPort!.on("message", (message: ToCommandThread) => {
  if (message === "terminate") {
    // The main thread waits inside an inspector call: termination must be the very next thing it is told.
    session.post("Runtime.terminateExecution");
    Atomics.store(shared, SHARED.posted, 1);
    Atomics.notify(shared, SHARED.posted);
  } else {
    session.disconnect();
    Atomics.store(shared, SHARED.closed, 1);
    Atomics.notify(shared, SHARED.closed);
  }
});

const reader = new FrameReader<EvaluatorCommand>();
const pipe = new Socket({ fd: COMMANDS, readable: true, writable: false });
pipe.on("data", (chunk) => {
  for (const command of reader.push(chunk)) {
    if (command.kind === "interrupt") {
      interrupt();
      continue;
    }
    if (command.kind === "execute") cell = command.cell;
    tell({ kind: "command", command });
  }
});
// No supervisor, no kernel: also when the main thread never returns from a loop.
pipe.on("close", () => process.kill(process.pid, "SIGKILL"));
pipe.on("error", () => process.kill(process.pid, "SIGKILL"));
tell({ kind: "up" });

import { writeSync } from "node:fs";
import { Session } from "node:inspector";
import type { EvaluatorCommand, EvaluatorEvent } from "../evaluatorMessages.ts";
import { captureStreams } from "./captureStreams.ts";
import { CellModules } from "./cellModules.ts";
import { CellRunner } from "./cellRunner.ts";
import { Comms } from "./comms.ts";
import { makeDisplayApi } from "./displayApi.ts";
import { EventPipe } from "./eventPipe.ts";
import { exposeCellPaths } from "./exposeCellPaths.ts";
import { InputPrompt } from "./inputPrompt.ts";
import { Inspector } from "./inspector.ts";
import { cleanPromiseInspection } from "./promiseInspection.ts";
import { type FromCommandThread, PREPARE, SHARED, type ToCommandThread } from "./sharedState.ts";
import { shell } from "./shell.ts";
import { StackTraces } from "./stackTraces.ts";
import { startThread } from "./startThread.ts";
import { Strays } from "./strays.ts";
import { Termination } from "./termination.ts";

// The process in which the cells' code runs. See ../evaluatorMessages.ts for what it and the supervisor say.

const TSLAB = "1.0.22";
const CLOSING = 1000; // ms that the exit waits for the command thread
const POSTING = 2000; // ms that an inspector call waits for the termination to be posted

const token = process.env.SULAM_KERNEL_TOKEN ?? "";
delete process.env.SULAM_KERNEL_TOKEN;

const shared = new Int32Array(new SharedArrayBuffer(4 * SHARED.length));
const thread = startThread("commandThread", shared.buffer);
const session = new Session();
session.connect();

const traces = new StackTraces();
const inspector = new Inspector(session);
const termination: Termination = new Termination(session, () => runner.isBusy);
const pipe = new EventPipe(termination);
const strays = new Strays(termination, () => runner.scope);
const endCharacters = captureStreams(
  () => runner.cellOfOutput,
  (cell, name, text) => send({ kind: "stream", cell, name, text }),
);
const runner: CellRunner = new CellRunner({ pipe, inspector, traces, strays, token, endCharacters });

const send = (event: EvaluatorEvent): void => pipe.send(event);
const cellOf = (): number => runner.cellOfOutput;
const { display, newDisplay } = makeDisplayApi(send, cellOf);
const prompt = new InputPrompt(send, cellOf);
const comms = new Comms(send, cellOf);
const versions = { tslab: TSLAB, typescript: "6.0", node: process.version };
const modules = new CellModules(process.cwd(), { display, newDisplay, versions });

traces.install();
cleanPromiseInspection();
expose({ display, input: prompt.input, comms, require: modules.require });
exposeCellPaths(process.cwd(), (fileName) => traces.isCell(fileName));
expose({ __sulam_import: modules.import, __sulam_shell: shell });
process.on("unhandledRejection", (reason) => runner.uncaught(reason));
process.on("uncaughtException", (error) => runner.uncaught(error));
process.on("exit", () => {
  runner.leave();
  endCharacters();
  tell("close");
  Atomics.wait(shared, SHARED.closed, 0, CLOSING);
});
// A terminal sends this to the whole group; interrupts come as commands.
process.on("SIGINT", () => {});

/**
 * The command thread calls this through the inspector while the main thread does not come back to its event loop. When
 * the code underneath may be stopped, it waits until the termination is posted, which then is the next thing to happen.
 */
function prepareTermination(serial: number, force: boolean): void {
  if (Atomics.load(shared, SHARED.handled) >= serial) return;
  const stop = termination.mayStop(force);
  if (runner.running !== undefined) runner.abandon(runner.running);
  if (!stop) return;
  Atomics.store(shared, SHARED.posted, 0);
  tell("terminate");
  termination.unwind();
  // Not Atomics.wait: user code may be inside one, in which V8 runs this call, and waits cannot be nested.
  for (const end = performance.now() + POSTING; Atomics.load(shared, SHARED.posted) === 0 && performance.now() < end; );
}
Object.defineProperty(globalThis, PREPARE, { value: prepareTermination });

thread.on("message", (message: FromCommandThread) => {
  if (message.kind === "up") {
    send({ kind: "ready" });
    return;
  }
  if (message.kind === "command") {
    obey(message.command);
    return;
  }
  Atomics.store(shared, SHARED.handled, message.serial);
  termination.forget();
  runner.interrupt(message.cell);
});

thread.on("error", (error) => {
  // Without it no command arrives any more: better a death that the supervisor reports than a kernel that is deaf.
  writeSync(2, `sulam kernel: the command thread died: ${error.stack ?? error}\n`);
  process.exit(70);
});

function obey(command: EvaluatorCommand): void {
  switch (command.kind) {
    case "execute":
      runner.execute(command);
      break;
    case "expression":
      runner.expression(command.id, command.js);
      break;
    case "inputReply":
      prompt.reply(command.id, command.value, command.error);
      break;
    case "comm":
      runner.handle(command.cell, () => comms.receive(command.message));
      break;
    case "reload":
      modules.reload();
      break;
    case "shutdown":
      process.exit(0);
      break;
    case "interrupt":
      // The command thread has turned it into a message of its own.
      break;
  }
}

function tell(message: ToCommandThread): void {
  thread.postMessage(message);
}

function expose(values: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true, enumerable: false });
  }
}

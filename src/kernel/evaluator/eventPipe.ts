import { writeSync } from "node:fs";
import type { EvaluatorEvent } from "../evaluatorMessages.ts";
import { encodeFrame } from "../frames.ts";
import type { Termination } from "./termination.ts";

const EVENTS = 3;
const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Sends events to the supervisor. Each write blocks until the pipe takes it: a loop that prints faster than the
 * supervisor reads is slowed down instead of filling the memory, events keep their order, and nothing that was printed
 * is lost when the process dies right after.
 */
export class EventPipe {
  private readonly termination: Termination;

  constructor(termination: Termination) {
    this.termination = termination;
  }

  /** Returns once the supervisor's end holds the event. */
  send(event: EvaluatorEvent): void {
    this.termination.guard(() => writeWhole(EVENTS, encodeFrame(event)));
  }

  /** Writes the cell's end mark to descriptors 1 and 2, behind all that native code and children have written there. */
  mark(token: string, cell: number): void {
    const mark = Buffer.from(`\0sulam ${token} ${cell}\n`);
    this.termination.guard(() => {
      writeWhole(1, mark);
      writeWhole(2, mark);
    });
  }
}

function writeWhole(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EAGAIN") Atomics.wait(pause, 0, 0, 1);
      // The supervisor is gone, or the cell closed the descriptor: there is nobody to tell.
      else if (code === "EPIPE" && descriptor === EVENTS) process.kill(process.pid, "SIGKILL");
      else return;
    }
  }
}

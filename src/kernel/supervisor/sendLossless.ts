import type { XPublisher } from "zeromq";

/** How long a frontend that reads nothing may hold up the others, and how soon a full socket is tried again. */
export interface Patience {
  /** Milliseconds. */
  limit: number;
  /** Milliseconds. */
  pause: number;
}

/**
 * A send for iopub that waits where ZeroMQ would drop a message: the publisher must be made with `noDrop` and a
 * `sendTimeout` of 0. Polling is needed because libzmq calls a publisher writable even when a subscriber's queue is full.
 *
 * A frontend that has read nothing for `limit` (a stopped process, a client that never looks at iopub) loses messages
 * from then on, until it reads again: else it would stop the kernel for everybody.
 */
export function sendLossless(socket: XPublisher, patience: Patience): (frames: Uint8Array[]) => Promise<void> {
  let gaveUp = false;
  return async (frames) => {
    for (let waited = 0; ; waited += patience.pause) {
      if (socket.closed) return;
      try {
        await socket.send(frames);
        gaveUp = false;
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      }
      if (gaveUp || waited >= patience.limit) break;
      await new Promise((resolve) => setTimeout(resolve, patience.pause));
    }
    gaveUp = true;
    socket.noDrop = false;
    await socket.send(frames);
    socket.noDrop = true;
  };
}

/** What main thread and command thread share: an Int32Array over shared memory, one slot an idea. */
export const SHARED = {
  /** Serial of the last interrupt that the main thread has handled by itself. */
  handled: 0,
  /** 1 once the command thread has posted the termination that the main thread waits for. */
  posted: 1,
  /** 1 once the command thread's inspector session is closed; Node does not exit before. */
  closed: 2,
  length: 3,
} as const;

/** Key on globalThis of the function that the command thread calls through the inspector in the middle of user code. */
export const PREPARE: symbol = Symbol.for("sulam.kernel.prepareTermination");

/** From the command thread to the main thread. */
export type FromCommandThread =
  | { kind: "up" }
  | { kind: "command"; command: import("../evaluatorMessages.ts").EvaluatorCommand }
  /** `cell` is the last execution that was asked for, so that a late interrupt does not hit the next one. */
  | { kind: "interrupt"; serial: number; cell: number };

/** From the main thread to the command thread. */
export type ToCommandThread = "terminate" | "close";

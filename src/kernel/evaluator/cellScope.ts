import { AsyncLocalStorage } from "node:async_hooks";

/** The execution to which running code belongs, however many timers and promises lie between. */
export interface CellScope {
  cell: number;
  allowStdin: boolean;
  /** True once the reader has stopped the cell: whatever of it still runs must end. */
  interrupted: boolean;
  /** Called when the reader stops the cell, for what must be ended by hand, such as a child process. */
  stops: Set<() => void>;
  /** What is to be shown before the cell counts as done, such as a figure that draws itself asynchronously. */
  pending: Set<Promise<void>>;
}

/** Carries the scope of the running code. */
export const cellScope: AsyncLocalStorage<CellScope> = new AsyncLocalStorage();

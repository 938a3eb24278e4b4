import { basename } from "node:path";

/** Whether a file is one of TensorBoard's, by the name that all its writers give. */
export function isEventFile(path: string): boolean {
  return basename(path).startsWith("events.out.tfevents.");
}

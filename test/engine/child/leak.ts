import { setImmediate } from "node:timers/promises";
import { openEngine } from "../../../src/engine/openEngine.ts";

/**
 * A process of its own: makes 400 tensors of 4 MB outside of any scope and forgets them. Prints
 * {"most", "left"}: the most handles that were alive at once, and those after a last collection.
 */
const engine = await openEngine({ threads: 1 });
let most = 0;
for (let i = 0; i < 400; i++) {
  engine.full([1 << 20], i);
  // Finalizers run between turns of the event loop.
  await setImmediate();
  most = Math.max(most, engine.memory().tensors);
}
for (let i = 0; i < 10; i++) {
  globalThis.gc?.();
  await setImmediate();
}
process.stdout.write(JSON.stringify({ most, left: engine.memory().tensors, bytes: engine.memory().bytes }));

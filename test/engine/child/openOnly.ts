import { openEngine } from "../../../src/engine/openEngine.ts";

/** A process of its own: opens the engine and prints its name, or the error. */
try {
  process.stdout.write((await openEngine()).name);
} catch (error) {
  process.stdout.write(`${(error as Error).name}: ${(error as Error).message}`);
}

import { startupSnapshot } from "node:v8";
import { Checker } from "./checker.ts";
import { newRegistry } from "./newRegistry.ts";
import { serve } from "./serve.ts";

/**
 * Entry of the start-up snapshot that set-up builds (`scripts/setup/checkerSnapshot.mjs`): TypeScript is loaded, and the
 * standard library parsed and bound, when a process starts from it. Completion is not warmed: it makes a collator, which
 * V8 cannot put into a snapshot.
 */
const registry = newRegistry();
const warm = new Checker("/", registry);
warm.check(0, "const a = [1].map(String); console.log(a)");
startupSnapshot.setDeserializeMainFunction(() => serve(registry));

import { openEngine } from "../../../../src/engine/openEngine.ts";
import { streamNeighbours } from "../../../../src/mine/stream/streamNeighbours.ts";

// `mineInSteps.ts QUERIES CORPUS OUTPUT BUDGET`: streams, and says at each step how far it is.

const [queries, corpus, output, budget] = process.argv.slice(2);
await streamNeighbours(
  await openEngine({ threads: 1 }),
  { queries, corpus, output },
  {
    window: [1, 20],
    budget: Number(budget),
    onProgress: ({ done }) => process.stdout.write(`${done}\n`),
  },
);

import { openEngine } from "../../../../src/engine/openEngine.ts";
import { mineFromDisk } from "../../../../src/mine/stream/mineFromDisk.ts";
import { writeWhole } from "../../../../src/mine/stream/writeWhole.ts";
import { BUDGET, drawnTexts, each, spelledVectors } from "./drawnTexts.ts";

// `mineTexts.ts OUTPUT`: encodes and mines drawn texts, and says at each step how far it is.

const output = process.argv[2];
const { examples, passages } = drawnTexts(7, { examples: 900, passages: 5000 });
const step = ({ done }: { done: number }): void => {
  process.stdout.write(`${done}\n`);
};
await mineFromDisk(
  { encode: spelledVectors, engine: await openEngine({ threads: 1 }) },
  { examples: each(examples), passages: each(passages), parts: `${output}.parts`, call: "drawn texts" },
  { window: [0, 20], budget: BUDGET, onProgress: step, onMined: step },
  async (mined) => {
    const lines: string[] = [];
    for await (const example of mined.examples()) lines.push(`${JSON.stringify(example)}\n`);
    step({ done: -1 });
    writeWhole(output, lines, `${output}.parts/output.${process.pid}`);
  },
);

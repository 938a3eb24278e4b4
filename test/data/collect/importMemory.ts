// Imports rows that are made up as they are read, and prints what it took. Run by importDataset.test.ts with a small heap.
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { importDataset } from "../../../src/data/collect/importDataset.ts";

const [dir, rows] = [process.argv[2], Number(process.argv[3])];

async function* lines(): AsyncGenerator<string> {
  let text = "";
  for (let i = 0; i < rows; i++) {
    // every tenth row repeats an earlier one
    const n = i % 10 === 9 ? i - 9 : i;
    const words = Array.from({ length: 12 }, (_, j) => `kata${(n * 7919 + j * j * 104_729) % 50_021}`);
    text += `${JSON.stringify({ text: words.join(" "), query: `soalan nombor ${n}` })}\n`;
    if (text.length < 1 << 16) continue;
    yield text;
    text = "";
  }
  yield text;
}

await pipeline(lines, createWriteStream(join(dir, "many.jsonl")));
const folder = join(dir, "many");
const report = await importDataset([join(dir, "many.jsonl")], { folder, licence: "CC0-1.0", source: "made up" });
const { rows: kept, duplicates } = report;
console.log(JSON.stringify({ kept, duplicates }));

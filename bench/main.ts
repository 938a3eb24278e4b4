import { readdirSync } from "node:fs";
import { SulamError } from "../src/base/errors.ts";
import { nearest } from "../src/config/nearest.ts";
import type { Figure } from "./figure.ts";

// `npm run -s bench -- NAME [--json]`: runs bench/NAME.ts and prints its figures, one JSON line each with --json.

/** Modules of bench/ that help and measure nothing have no `run`; these are known by name. */
const helpers = new Set(["main", "figure"]);
const words = (line: string): void => void process.stderr.write(`${line}\n`);

const args = process.argv.slice(2);
const name = args.find((arg) => !arg.startsWith("-"));
const names = readdirSync(new URL(".", import.meta.url))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -3))
  .filter((file) => !helpers.has(file))
  .sort();

if (name === undefined) {
  words("Usage: npm run -s bench -- NAME [--json]\n\nBenchmarks:");
  for (const one of names) process.stdout.write(`${one}\n`);
} else if (!names.includes(name)) {
  const near = nearest(name, names);
  words(`bench: there is no benchmark ${name}. ${near ? `Did you mean ${near}?` : `There is ${names.join(", ")}.`}`);
  process.exitCode = 2;
} else process.exitCode = await bench(name, args.includes("--json"));

/** @returns the exit code */
async function bench(file: string, asJson: boolean): Promise<number> {
  const { run } = (await import(new URL(`${file}.ts`, import.meta.url).href)) as { run(): Promise<Figure[]> };
  try {
    for (const figure of await run()) process.stdout.write(asJson ? `${JSON.stringify(figure)}\n` : line(figure));
    return 0;
  } catch (error) {
    // a peer that is not installed is such an error, and its message names the peer
    if (!(error instanceof SulamError)) throw error;
    words(`bench ${file}: ${error.message}`);
    return 1;
  }
}

function line({ work, ours, peer, ratio, unit }: Figure): string {
  const shown = (value: number | null): string =>
    value === null ? "-" : Number(value.toPrecision(4)).toLocaleString("en");
  return `${work}: ours ${shown(ours)}, peer ${shown(peer)} ${unit}, ratio ${shown(ratio)}\n`;
}

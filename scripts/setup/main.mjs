import { parseArgs } from "node:util";
import { explainDisk } from "./explainDisk.mjs";
import { SetupFailure } from "./failure.mjs";
import { seconds } from "./report.mjs";
import { setUp } from "./setUp.mjs";

const HELP = `Usage: sulam setup [--only kernel|track] [--json]

Brings npm packages, Python wheels, the compiled engine and dist/ to the state that this version wants, and does
nothing where they are in it.

  --only kernel|track  leave out torch and Python
  --json               print what was set up as one JSON object on standard output
  --help               print this

Settings: SULAM_PYTHON=/path/to/python  use that interpreter's torch (>= 2.9) in place of a download
          SULAM_TORCH_INDEX=URL         take torch from this index, e.g. https://download.pytorch.org/whl/cu130
          CXX, CXXFLAGS                 compiler of the engine and its further flags
          npm's and pip's own settings are passed on

Example: npx sulam setup --only track
`;

/**
 * The command `sulam setup`: steps on standard error, exit code 1 with one sentence and the command that mends it.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>} exit code
 */
export async function main(args) {
  const print = (line) => process.stderr.write(`${line}\n`);
  const options = readArguments(args);
  if (typeof options === "string") {
    print(`sulam setup: ${options}\nTo mend it: npx sulam setup --help`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const start = performance.now();
  try {
    const result = await setUp({ only: options.only, print });
    print(`sulam is set up (${seconds(performance.now() - start)})`);
    if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    return 0;
  } catch (error) {
    const failure = error instanceof SetupFailure ? error : explainDisk(error);
    if (!failure) throw error;
    print(`\nsulam setup: ${failure.sentence}\nTo mend it: ${failure.command}`);
    return 1;
  }
}

/** @returns the options, or a sentence on what is wrong with them */
function readArguments(args) {
  const options = { only: { type: "string" }, json: { type: "boolean" }, help: { type: "boolean", short: "h" } };
  try {
    const { values } = parseArgs({ args: [...args], options });
    if (values.only === undefined || values.only === "kernel" || values.only === "track") return values;
    return `--only takes kernel or track, not ${values.only}.`;
  } catch (error) {
    return error.message;
  }
}

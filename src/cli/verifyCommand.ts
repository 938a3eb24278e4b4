import { type Command, InvalidArgumentError } from "commander";
import type { Verification } from "../lab/verify/verification.ts";
import { formatTable } from "./formatTable.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";

interface Options {
  tolerance?: number;
  here: boolean;
  store?: string;
  json: boolean;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** `sulam verify`: a run, made again from its own record, and what differs. */
export function verifyCommand(sulam: Command, terminal: Terminal): void {
  sulam
    .command("verify")
    .description("make a run again from its record and compare every metric and the weights")
    .argument("RUN", "an exported .jsonl, an id in the store or in experiments/runs, or the beginning of one")
    .option("--tolerance <X>", "greatest difference on another machine (default: 0.02)", tolerance)
    .option("--here", "with the code of this checkout as it is, not of the run's own commit", false)
    .option("--store <DIR>", "folder of the store of runs (default: SULAM_STORE, else .sulam beside package.json)")
    .option("--json", 'print {"verdict", "differences", "runId", "tolerance", "notes"}', false)
    .addHelpText(
      "after",
      "\nExit code 0 for bit-equal and equal, 1 for different.\n" +
        "It runs the code of the run's commit: verify only records that you trust.\n" +
        "\nExample:\n  npx sulam verify 3f9a",
    )
    .action(async (run: string, { tolerance, here, store: storeDir, json }: Options) => {
      const { verifyRun } = await import("../lab/verify/verifyRun.ts");
      const say = (line: string): void => terminal.words(line);
      const surroundings = { cwd: process.cwd(), env: process.env, say };
      const work = (signal: AbortSignal) => verifyRun({ run, storeDir, tolerance, here, signal, ...surroundings });
      const result = await stoppable(terminal, work);
      if (result === undefined) return;
      const { verdict, differences, notes, ...rest } = result;
      if (json) await terminal.data(toJson({ verdict, differences, ...rest, notes }));
      else await terminal.data(inWords(result));
      if (verdict === "different") process.exitCode = 1;
    });
}

function tolerance(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0) || value > 1)
    throw new InvalidArgumentError("It must be a number in 0 .. 1.");
  return value;
}

/** Lets Ctrl-C end the work, which then takes its worktree away: exit code 130, and nothing comes back. */
async function stoppable<R>(terminal: Terminal, work: (signal: AbortSignal) => Promise<R>): Promise<R | undefined> {
  const controller = new AbortController();
  const stop = (): void => {
    if (!controller.signal.aborted) terminal.words("Stopping, and taking the worktree away.");
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    process.exitCode = 130;
    return undefined;
  } finally {
    for (const name of SIGNALS) process.off(name, stop);
  }
}

function inWords({ runId, verdict, differences, notes }: Verification): string {
  const columns = ["what", "name", "recorded", "found", "within tolerance"];
  const rows = differences.map(({ what, name, recorded, found, within }) => [
    what,
    name,
    String(recorded),
    String(found),
    within,
  ]);
  const shown = rows.length === 0 ? "" : formatTable({ columns, rows });
  return `${[`Run ${runId.slice(0, 8)}: ${verdict}.`, ...notes].join("\n")}\n${shown}`;
}

import type { Command } from "commander";
import type { Table } from "../base/table.ts";

/** What an evaluation can be told about what its models were trained on. */
export interface LeakOptions {
  training?: string;
  allowLeaks: boolean;
}

/** What people are told where no training file was named. */
export const LEAKS_NOT_LOOKED_FOR = "Leaks: not looked for (--training FILE names what the model was trained on).";

/** Adds the options of `LeakOptions` to a command. */
export function addLeakOptions(command: Command): Command {
  return command
    .option("--training <FILE>", "what the model was trained on; test texts among it stop the evaluation")
    .option("--allow-leaks", "go on all the same, and print them", false);
}

/**
 * The test texts of each set among the training texts; undefined when no training file was named.
 *
 * @throws {InputError} leaks that were not asked for, a file that cannot be read
 */
export async function checkTraining(
  options: LeakOptions,
  sets: readonly (readonly string[])[],
): Promise<Table[] | undefined> {
  if (options.training === undefined) return undefined;
  const { readTrainingTexts } = await import("../data/readTrainingTexts.ts");
  const { refuseLeaks } = await import("../eval/refuseLeaks.ts");
  const training = await readTrainingTexts(options.training);
  const found: Table[] = [];
  for (const test of sets)
    found.push(await refuseLeaks({ training, test, allow: options.allowLeaks, askBy: "--allow-leaks" }));
  return found;
}

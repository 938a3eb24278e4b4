import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Command } from "commander";
import { InputError } from "../base/errors.ts";
import type { Terminal } from "./terminal.ts";

/** `sulam init`: writes an experiment in which every key is explained. It never replaces a file unless told to. */
export function initCommand(sulam: Command, terminal: Terminal): void {
  sulam
    .command("init")
    .description("write a commented experiment to start from")
    .argument("[FILE]", "where to write it; - is standard output", "experiment.yaml")
    .option("--force", "replace a file that is there", false)
    .option("--json", 'print {"file", "name"} when done', false)
    .addHelpText("after", "\nExample:\n  npx sulam init experiments/first.yaml && npx sulam run experiments/first.yaml")
    .action(async (file: string, { force, json }: { force: boolean; json: boolean }) => {
      const { exampleExperiment } = await import("../config/exampleExperiment.ts");
      const name = file === "-" ? "first" : basename(file).replace(/\.ya?ml$/, "");
      if (file === "-") return terminal.data(exampleExperiment(name));
      await writeFile(file, exampleExperiment(name), { flag: force ? "w" : "wx" }).catch((error) => {
        if (error.code !== "EEXIST") throw error;
        throw new InputError(file, "exists already", "Take another name, or add --force to replace it.");
      });
      terminal.words(`${file} is written. Run it: npx sulam run ${file}`);
      if (json) await terminal.data(`${JSON.stringify({ file, name })}\n`);
    });
}

import type { Command } from "commander";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";

/** `sulam doctor`: what this machine has, what is missing, and the command that brings it. */
export function doctorCommand(sulam: Command, terminal: Terminal): void {
  sulam
    .command("doctor")
    .description("look at this machine: engine, devices, memory, store, and what is missing")
    .option("--json", "print the findings as one object", false)
    .addHelpText("after", "\nExample:\n  npx sulam doctor")
    .action(async ({ json }: { json: boolean }) => {
      const { doctor } = await import("./doctor.ts");
      const report = await doctor({ env: process.env, cwd: process.cwd(), version: sulam.version() as string });
      const { describeDoctor } = await import("./describeDoctor.ts");
      await terminal.data(json ? toJson(report) : `${describeDoctor(report)}\n`);
    });
}

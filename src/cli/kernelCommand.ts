import { dirname } from "node:path";
import type { Command } from "commander";
import type { KernelReport } from "../kernel/install/kernelDoctor.ts";
import type { SpecPlace } from "../kernel/install/specFolder.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";

type PlaceOptions = SpecPlace & { json: boolean };

/** `sulam kernel install|uninstall|doctor`: the TypeScript kernel for Jupyter. */
export function kernelCommand(sulam: Command, terminal: Terminal): void {
  const kernel = sulam
    .command("kernel")
    .description("install, remove and check the TypeScript kernel for Jupyter")
    .addHelpText("after", "\nExample:\n  npx sulam kernel install");
  const atPlace = (command: Command): Command =>
    command
      .option("--user", "in your own Jupyter folder (the default)")
      .option("--prefix <DIR>", "in DIR/share/jupyter")
      .option("--venv <DIR>", "in a Python virtual environment")
      .option("--json", "print JSON", false);

  atPlace(kernel.command("install").description("tell Jupyter of the kernel: writes one kernel.json"))
    .addHelpText("after", "\nExample:\n  npx sulam kernel install --venv .venv")
    .action(async ({ json, ...place }: PlaceOptions) => {
      const { installKernel } = await import("../kernel/install/installKernel.ts");
      const path = installKernel(place);
      await terminal.data(json ? toJson({ path }) : `Installed ${path}\n`);
      const share = dirname(dirname(dirname(path)));
      if (place.prefix !== undefined && !json)
        terminal.words(`Where Jupyter does not look there by itself: JUPYTER_PATH=${share}`);
    });

  atPlace(kernel.command("uninstall").description("remove the kernel from Jupyter"))
    .addHelpText("after", "\nExample:\n  npx sulam kernel uninstall --venv .venv")
    .action(async ({ json, ...place }: PlaceOptions) => {
      const { uninstallKernel } = await import("../kernel/install/uninstallKernel.ts");
      const removed = uninstallKernel(place) ?? null;
      if (json) return terminal.data(toJson({ removed }));
      await terminal.data(removed === null ? "There was no kernel there.\n" : `Removed ${removed}\n`);
    });

  kernel
    .command("doctor")
    .description("look where Jupyter finds the kernel, and start it once")
    .option("--json", "print the findings as one object", false)
    .addHelpText("after", "\nExample:\n  npx sulam kernel doctor")
    .action(async ({ json }: { json: boolean }) => {
      const { kernelDoctor } = await import("../kernel/install/kernelDoctor.ts");
      // so that the kernel ends with this process, and its connection file goes: at a signal alone nothing would be done
      for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => process.exit(130));
      const report = await kernelDoctor();
      await terminal.data(json ? toJson(report) : describe(report));
      if (!report.starts || report.specs.some(({ problem }) => problem !== null)) process.exitCode = 1;
    });
}

function describe({ specs, milliseconds, problem }: KernelReport): string {
  const found = specs.map((spec) => `${spec.path}${spec.problem === null ? "" : `: ${spec.problem}`}\n`);
  const none =
    "Jupyter does not find the kernel yet: npx sulam kernel install. Installed with --prefix DIR, set JUPYTER_PATH=DIR/share/jupyter\n";
  const started =
    milliseconds === null
      ? ""
      : `It answers after ${milliseconds.answer} ms, and its first cell has run after ${milliseconds.cell} ms.\n`;
  return [
    ...(found.length > 0 ? found : [none]),
    started,
    problem === null ? "" : `It does not work: ${problem}\n`,
  ].join("");
}

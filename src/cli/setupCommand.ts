import type { Command } from "commander";

/** `sulam setup`: `bin/sulam.mjs` hands it to `scripts/setup` before this is loaded; here it is listed, and handed on too. */
export function setupCommand(sulam: Command): void {
  sulam
    .command("setup")
    .description("install what is missing: Python wheels, the engine's addon, packages")
    .helpOption(false)
    .allowUnknownOption()
    .argument("[options...]", "--only kernel|track, --json, --help")
    .action(async (args: string[]) => {
      const main = new URL("../../scripts/setup/main.mjs", import.meta.url);
      process.exitCode = await ((await import(main.href)) as { main(args: string[]): Promise<number> }).main(args);
    });
}

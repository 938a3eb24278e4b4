import type { Command } from "commander";

/**
 * Ends with a usage error when one of the options was not given. Commander's own `requiredOption` would complain about
 * the missing `--input` before it sees the mistyped `--inptu`.
 */
export function needOptions(command: Command, ...names: string[]): void {
  const given = command.opts();
  const missing = names.filter((name) => given[name] === undefined).map((name) => `--${name}`);
  if (missing.length > 0) command.error(`error: ${missing.join(" and ")} must be given`, { exitCode: 2 });
}

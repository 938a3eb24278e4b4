#!/usr/bin/env node
import { existsSync } from "node:fs";

// Set-up runs before there are packages or dist/, so it is handled here and loads neither.
const [command, ...rest] = process.argv.slice(2);
const main = new URL("../dist/cli/main.js", import.meta.url);
if (command === "setup") {
  const { main: setup } = await import("../scripts/setup/main.mjs");
  process.exitCode = await setup(rest);
} else if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write("sulam: dist/ is not built yet.\nTo mend it: npx sulam setup\n");
  process.exitCode = 1;
}

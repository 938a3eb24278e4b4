import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import { type Environment, jupyterPaths } from "../install/jupyterPaths.ts";
import type { KernelCommand } from "./kernelCommand.ts";

/**
 * A kernel that Jupyter knows, by the name of its folder (upper and lower case are one).
 *
 * @throws {InputError} none of that name, with those that there are; a damaged kernel.json
 * @see https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
 */
export function findKernel(name: string, environment: Environment = process.env): KernelCommand {
  const known = new Map<string, { folder: string; prefix: string }>();
  for (const path of jupyterPaths(environment)) {
    const kernels = join(path, "kernels");
    for (const entry of existsSync(kernels) ? readdirSync(kernels) : []) {
      const folder = join(kernels, entry);
      const isFirst = !known.has(entry.toLowerCase());
      if (isFirst && existsSync(join(folder, "kernel.json")))
        known.set(entry.toLowerCase(), { folder, prefix: join(path, "../..") });
    }
  }
  const found = known.get(name.toLowerCase());
  if (found) return readSpec(name, found.folder, found.prefix);
  const names = known.size === 0 ? "Jupyter knows none" : `Jupyter knows ${[...known.keys()].sort().join(", ")}`;
  throw new InputError("--kernel", `there is no kernel ${name}; ${names}`, "Set JUPYTER_PATH when it lies elsewhere.");
}

function readSpec(name: string, folder: string, prefix: string): KernelCommand {
  const path = join(folder, "kernel.json");
  let spec: { argv?: unknown; language?: unknown; env?: unknown; interrupt_mode?: unknown };
  try {
    spec = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new InputError(path, `is not JSON (${(cause as Error).message})`, "Install the kernel again.", { cause });
  }
  const { argv, language, env = {}, interrupt_mode } = spec;
  if (!Array.isArray(argv) || argv.length === 0)
    throw new InputError(path, "has no `argv`, the command that starts the kernel", "Install the kernel again.");
  const words = argv.map((word) => String(word).replace("{resource_dir}", folder));
  // Jupyter takes a bare `python` for the Python that Jupyter itself runs on
  const python = join(prefix, "bin/python");
  if (/^python3?$/.test(words[0]) && existsSync(python)) words[0] = python;
  const expand = (value: unknown): string =>
    String(value).replace(/\$\{(\w+)\}/g, (whole, key: string) => process.env[key] ?? whole);
  return {
    name,
    language: typeof language === "string" ? language : "",
    argv: words,
    env: Object.fromEntries(Object.entries(env as object).map(([key, value]) => [key, expand(value)])),
    interruptMode: interrupt_mode === "message" ? "message" : "signal",
  };
}

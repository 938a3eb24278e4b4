import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { InputError } from "../../base/errors.ts";

/** As Linux's packages name the program. */
const COMMANDS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];

/** Where the installers of macOS and Windows put it. */
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/**
 * The path of a Chromium, Chrome or Edge: the one that `SULAM_CHROME` names, else the first on the PATH or where
 * installers put it. Undefined when there is none.
 *
 * @throws {InputError} `SULAM_CHROME` names no program
 */
export function findBrowser(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { SULAM_CHROME: named, PATH = "" } = env;
  if (named) {
    if (isProgram(named)) return named;
    throw new InputError("SULAM_CHROME", `names ${named}, which is no program`, "Name a Chromium, Chrome or Edge.");
  }
  const folders = PATH.split(delimiter).filter((folder) => folder !== "");
  return [...COMMANDS.flatMap((name) => folders.map((folder) => join(folder, name))), ...PLACES].find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

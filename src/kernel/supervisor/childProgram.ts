import { fileURLToPath } from "node:url";

/** How to start one of the kernel's other programs with this Node. */
export interface ChildProgram {
  /** Absolute path of the program's main file. */
  file: string;
  /** Arguments for Node itself. */
  execArgv: string[];
  /** Its environment, when that is not this process's own. */
  env?: NodeJS.ProcessEnv;
}

/**
 * The program `NAME/main` beside this one: JavaScript when this file was built, TypeScript through tsx when it was not.
 * tsx is named by its absolute URL, as children run in the notebook's folder.
 */
export function childProgram(name: "evaluator" | "checker" | "supervisor"): ChildProgram {
  const built = !import.meta.url.endsWith(".ts");
  const file = fileURLToPath(new URL(`../${name}/main.${built ? "js" : "ts"}`, import.meta.url));
  return { file, execArgv: built ? [] : ["--import", import.meta.resolve("tsx"), "--conditions=source"] };
}

import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** Variables of the environment, as `process.env` has them. */
export type Environment = Record<string, string | undefined>;

/** Where Jupyter looks for kernels, first match first: JUPYTER_PATH, the user's, the environment's, the system's. */
export function jupyterPaths(environment: Environment): string[] {
  const { JUPYTER_PATH, VIRTUAL_ENV, CONDA_PREFIX } = environment;
  const prefixes = [VIRTUAL_ENV, CONDA_PREFIX].filter((prefix) => prefix !== undefined && prefix !== "") as string[];
  const paths = [
    ...(JUPYTER_PATH ?? "").split(delimiter).filter((path) => path !== ""),
    userFolder(environment),
    ...prefixes.map((prefix) => join(prefix, "share/jupyter")),
  ];
  if (process.platform === "win32") return [...paths, join(environment.PROGRAMDATA ?? "C:\\ProgramData", "jupyter")];
  return [...paths, "/usr/local/share/jupyter", "/usr/share/jupyter"];
}

/** Where Jupyter keeps what one user has installed. */
export function userFolder(environment: Environment): string {
  if (environment.JUPYTER_DATA_DIR) return environment.JUPYTER_DATA_DIR;
  const home = environment.HOME ?? homedir();
  if (process.platform === "darwin") return join(home, "Library/Jupyter");
  if (process.platform === "win32") return join(environment.APPDATA ?? home, "jupyter");
  return join(environment.XDG_DATA_HOME || join(home, ".local/share"), "jupyter");
}

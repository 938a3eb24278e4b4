import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { InputError } from "../../base/errors.ts";
import { type Environment, userFolder } from "./jupyterPaths.ts";

/** Where a kernelspec goes; at most one of them. Without any, to the user's own folder. */
export interface SpecPlace {
  user?: boolean;
  /** A Python installation, or any folder that Jupyter is told of by JUPYTER_PATH=DIR/share/jupyter. */
  prefix?: string;
  /** A Python virtual environment. */
  venv?: string;
}

/**
 * Absolute path of the folder that holds, or will hold, our kernel.json.
 *
 * @throws {InputError} when several places are given, or the virtual environment is none
 */
export function specFolder({ user, prefix, venv }: SpecPlace, env: Environment = process.env): string {
  const given = [user ? "--user" : "", prefix ? "--prefix" : "", venv ? "--venv" : ""].filter((name) => name !== "");
  if (given.length > 1)
    throw new InputError("sulam kernel", `one place is wanted, got ${given.join(" and ")}`, "Give one of them.");
  if (venv !== undefined && !existsSync(join(venv, "pyvenv.cfg")))
    throw new InputError(
      "sulam kernel",
      `${venv} is no virtual environment (it has no pyvenv.cfg)`,
      `Make one with python3 -m venv ${venv}, or take --prefix.`,
    );
  const root = prefix ?? venv;
  const data = root === undefined ? userFolder(env) : join(resolve(root), "share/jupyter");
  return join(data, "kernels/sulam");
}

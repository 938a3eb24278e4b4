import { InputError } from "../../base/errors.ts";

/** The error of a kernelspec that cannot be written or removed: `cause` is what the system said. */
export function unwritable(path: string, what: "written" | "removed", cause: unknown): InputError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const todo = "Name a folder that you may write to: --prefix DIR or --venv DIR.";
  return new InputError("sulam kernel", `${path} cannot be ${what} (${code ?? message})`, todo, { cause });
}

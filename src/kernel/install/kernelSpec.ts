import { childProgram } from "../supervisor/childProgram.ts";

/** A kernel.json, by the protocol's field names. */
export interface KernelSpec {
  argv: string[];
  display_name: string;
  language: string;
  interrupt_mode: "signal" | "message";
  metadata: Record<string, unknown>;
}

/**
 * How Jupyter starts this kernel. All paths are absolute, as Jupyter starts it in the folder of the notebook.
 *
 * `interrupt_mode` is `message`: Jupyter sends SIGINT to the whole process group, so in the other mode the processes that
 * a cell has started would be hit too, and a kernel on another machine could not be interrupted at all.
 *
 * @see https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
 */
export function kernelSpec(): KernelSpec {
  const { file, execArgv } = childProgram("supervisor");
  return {
    argv: [process.execPath, ...execArgv, file, "{connection_file}"],
    display_name: "TypeScript (sulam)",
    language: "typescript",
    interrupt_mode: "message",
    metadata: { debugger: false },
  };
}

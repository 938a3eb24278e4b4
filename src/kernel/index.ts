export type { CellError, MimeBundle } from "./evaluatorMessages.ts";
export { installKernel } from "./install/installKernel.ts";
export type { Environment } from "./install/jupyterPaths.ts";
export { type FoundSpec, type KernelReport, kernelDoctor } from "./install/kernelDoctor.ts";
export type { SpecPlace } from "./install/specFolder.ts";
export { uninstallKernel } from "./install/uninstallKernel.ts";

import { pip } from "./pip.mjs";

/** PyTorch's own index of builds without CUDA. */
const CPU_INDEX = "https://download.pytorch.org/whl/cpu";

/**
 * Chooses where torch comes from. PyPI's torch for Linux is the CUDA build and brings gigabytes of NVIDIA's libraries,
 * which a machine without such a card has no use for. pip prefers a version with a local label (`2.13.0+cpu`) over the
 * plain one, so an extra index with CPU builds is enough. In this order:
 * SULAM_TORCH_INDEX, when set; what pip's own settings already offer, when that holds a labelled build; PyTorch's CPU
 * index on Linux without an NVIDIA card; plain PyPI.
 *
 * @param {import("./setUp.mjs").Context} context
 * @param {string} python
 * @param {string} requirement  `torch==2.13.0`
 * @returns {Promise<{cuda: boolean, options: string[]}>} whether the CUDA build is to be expected, and pip's options
 */
export async function torchIndex(context, python, requirement) {
  const { world, report } = context;
  const index = world.env.SULAM_TORCH_INDEX;
  if (index) return { cuda: /\/cu\d+/.test(index), options: ["--extra-index-url", index] };
  if (world.platform !== "linux") return { cuda: false, options: [] };
  const labelled = await offeredLabel(context, python, requirement.split("==")[1]);
  if (labelled) return { cuda: labelled.startsWith("cu"), options: [] };
  if (world.exists("/proc/driver/nvidia/version") || world.which("nvidia-smi")) {
    report.note("torch", "NVIDIA card found: the CUDA build, about 3 GB (SULAM_TORCH_INDEX chooses another)");
    return { cuda: true, options: [] };
  }
  return { cuda: false, options: ["--extra-index-url", CPU_INDEX] };
}

/** @returns {Promise<string | undefined>} e.g. `cpu` when pip, as it is set up, sees `2.13.0+cpu` */
async function offeredLabel(context, python, version) {
  const quiet = { ...context, report: { ...context.report, note: () => {} } };
  const output = await pip(quiet, python, ["index", "versions", "torch"], "torch-versions").catch(() => "");
  const labels = output.split(/[\s,]+/).filter((word) => word.startsWith(`${version}+`));
  return labels
    .map((word) => word.slice(version.length + 1))
    .sort()
    .at(-1);
}

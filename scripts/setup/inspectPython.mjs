/**
 * Asks for each named distribution whether all its files are there with the size that its RECORD states. pip writes
 * RECORD last, so an installation that was interrupted does not pass. Nothing is imported.
 */
const SCRIPT = `import importlib.metadata as metadata, json, os, sys
found = {}
for name in sys.argv[2:]:
    for dist in metadata.distributions(name=name, **({"path": [sys.argv[1]]} if sys.argv[1] else {})):
        files = dist.files or []
        whole = len(files) > 0 and all(f.size is None or (os.path.exists(f.locate()) and os.path.getsize(f.locate()) == f.size) for f in files)
        if whole or name not in found:
            found[name] = {"version": dist.version, "folder": str(dist.locate_file("")), "whole": whole}
        if whole:
            break
print(json.dumps({"executable": sys.executable, "version": "%d.%d.%d" % sys.version_info[:3], "found": found}))`;

/**
 * @typedef {object} PythonFacts
 * @property {string} executable
 * @property {string} version
 * @property {Record<string, {version: string, folder: string, whole: boolean}>} found  by distribution name
 */

/**
 * @param {import("./world.mjs").World} world
 * @param {string} python
 * @param {string[]} names        distributions to look for
 * @param {string} [folder]       look in this folder only
 * @returns {Promise<PythonFacts | undefined>} undefined when the interpreter does not start
 */
export async function inspectPython(world, python, names, folder = "") {
  const { code, output } = await world.run(python, ["-c", SCRIPT, folder, ...names], { env: world.env });
  const line = output.trim().split("\n").at(-1) ?? "";
  return code === 0 && line.startsWith("{") ? JSON.parse(line) : undefined;
}

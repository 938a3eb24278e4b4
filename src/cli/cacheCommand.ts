import { existsSync } from "node:fs";
import type { Command } from "commander";
import { InputError } from "../base/errors.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";
import { wholeNumber } from "./wholeNumber.ts";

interface PruneOptions {
  maxMb?: number;
  model?: string[];
  json: boolean;
}

/** `sulam cache info|prune|verify`: the vectors that `--vector-cache DIR` of other commands keeps. */
export function cacheCommand(sulam: Command, terminal: Terminal): void {
  const cache = sulam
    .command("cache")
    .description("look after the vectors that --vector-cache keeps")
    .addHelpText("after", "\nExample:\n  npx sulam cache info vectors-cache");

  cache
    .command("info")
    .description("models, vectors and bytes of a cache")
    .argument("DIR", "the folder given to --vector-cache")
    .option("--json", 'print [{"model", "dimension", "vectors", "bytes", "used"}]', false)
    .addHelpText("after", "\nExample:\n  npx sulam cache info vectors-cache --json")
    .action(async (folder: string, { json }: { json: boolean }) => {
      const { listCache } = await import("../model/cache/listCache.ts");
      const models = new Map<
        string,
        { model: string; dimension: number; vectors: number; bytes: number; used: string }
      >();
      for (const { model, dimension, rows, bytes, used } of listCache(existing(folder))) {
        const known = models.get(model) ?? { model, dimension, vectors: 0, bytes: 0, used: "" };
        known.vectors += rows;
        known.bytes += bytes;
        const time = new Date(used).toISOString();
        if (time > known.used) known.used = time;
        models.set(model, known);
      }
      if (json) return terminal.data(toJson([...models.values()]));
      if (models.size === 0) terminal.words(`${folder} holds no vectors.`);
      for (const { model, dimension, vectors, bytes, used } of models.values())
        await terminal.data(
          `${model.slice(0, 12)}  ${vectors} vectors of ${dimension}, ${(bytes / 1e6).toFixed(1)} MB, used ${used}\n`,
        );
    });

  cache
    .command("prune")
    .description("remove what was used least recently, or whole models")
    .argument("DIR", "the folder given to --vector-cache")
    .option("--max-mb <N>", "leave at most so many megabytes", wholeNumber)
    .option("--model <KEY...>", "remove these models: their keys, or the beginnings that `info` prints")
    .option("--json", 'print {"shards", "bytes"} that were removed', false)
    .addHelpText("after", "\nExample:\n  npx sulam cache prune vectors-cache --max-mb 2000")
    .action(async (folder: string, { maxMb, model = [], json }: PruneOptions) => {
      const [{ listCache }, { pruneCache }] = await Promise.all([
        import("../model/cache/listCache.ts"),
        import("../model/cache/pruneCache.ts"),
      ]);
      const keys = new Set(listCache(existing(folder)).map((file) => file.model));
      const models = model.map((start) => only(start, [...keys]));
      const pruned = pruneCache(folder, { maxBytes: maxMb === undefined ? undefined : maxMb * 1e6, models });
      if (json) return terminal.data(toJson(pruned));
      terminal.words(`Removed ${pruned.shards} shards, ${(pruned.bytes / 1e6).toFixed(1)} MB.`);
    });

  cache
    .command("verify")
    .description("read every vector and check it; exit code 1 when one is damaged")
    .argument("DIR", "the folder given to --vector-cache")
    .option("--remove", "remove the shards that hold a damaged vector", false)
    .option("--json", 'print {"rows", "damaged": [{"path", "rows"}]}', false)
    .addHelpText("after", "\nExample:\n  npx sulam cache verify vectors-cache --remove")
    .action(async (folder: string, { remove, json }: { remove: boolean; json: boolean }) => {
      const { verifyCache } = await import("../model/cache/verifyCache.ts");
      const check = verifyCache(existing(folder), remove);
      if (check.damaged.length > 0) process.exitCode = 1;
      if (json) return terminal.data(toJson(check));
      for (const { path, rows } of check.damaged)
        await terminal.data(`${path}: ${rows.length} damaged${remove ? ", removed" : ""}\n`);
      const damaged = check.damaged.reduce((sum, { rows }) => sum + rows.length, 0);
      terminal.words(
        `${check.rows} vectors, ${damaged} damaged.${damaged > 0 && !remove ? " They are not used." : ""}`,
      );
    });
}

function existing(folder: string): string {
  if (existsSync(folder)) return folder;
  throw new InputError(folder, "there is no such cache", "Name the folder that --vector-cache was given.");
}

function only(start: string, keys: readonly string[]): string {
  const found = keys.filter((key) => key.startsWith(start));
  if (found.length === 1) return found[0];
  const what = found.length === 0 ? "is no model of this cache" : `is the beginning of ${found.length} models`;
  throw new InputError("--model", `${start} ${what}`, "`npx sulam cache info --json` lists them.");
}

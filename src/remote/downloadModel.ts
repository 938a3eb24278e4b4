import { createHash } from "node:crypto";
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { downloadFile, HubApiError, type ListFileEntry, listFiles, modelInfo } from "@huggingface/hub";
import { InputError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";

/** Options of `downloadModel`; the defaults are those of the Python client, so both share one cache. */
export interface DownloadModelOptions {
  /** Branch, tag or commit. Default `main`. */
  revision?: string;
  /** Cache folder. Default `HF_HUB_CACHE`, else `HF_HOME/hub`, else `~/.cache/huggingface/hub`. */
  cacheDir?: string;
  /** Hub address. Default `HF_ENDPOINT`, else the public hub. */
  hubUrl?: string;
  /** Access token for private models. Default `HF_TOKEN`. */
  token?: string;
  /** Use what the cache holds and ask nobody. Default: `HF_HUB_OFFLINE=1`. */
  offline?: boolean;
  onProgress?: OnProgress;
  env?: NodeJS.ProcessEnv;
}

/** Only what an embedding model is loaded from: other frameworks' weights are left on the hub. */
const WANTED =
  /^(?:[\w.-]+\/)?(?:config\.json|modules\.json|[\w-]*config[\w-]*\.json|tokenizer[\w-]*\.json|special_tokens_map\.json|vocab\.(?:txt|json)|merges\.txt|model[\w-]*\.safetensors(?:\.index\.json)?|README\.md|LICENSE[\w.]*)$/;
const OTHER_FORMATS = /^(?:onnx|openvino|coreml|gguf|original)\//;

/**
 * Brings a model from a Hugging Face hub into the local cache and returns its folder
 * (`models--OWNER--NAME/snapshots/COMMIT`, the layout of `huggingface_hub`, shared with Python).
 *
 * Files already there are not fetched again. Each file is written under a temporary name, checked against the hub's
 * size and, for weights, its sha256, then renamed: an interrupted download leaves nothing that looks whole. Without a
 * network the last snapshot of that revision is used.
 *
 * @param id `owner/name`
 * @throws {InputError} unknown or private model, no safetensors weights, no network and no snapshot, damaged download
 * @see https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
export async function downloadModel(id: string, options: DownloadModelOptions = {}): Promise<string> {
  const env = options.env ?? process.env;
  const revision = options.revision ?? "main";
  const cacheDir = options.cacheDir ?? defaultCache(env);
  const folder = join(cacheDir, `models--${id.replace("/", "--")}`);
  const ref = join(folder, "refs", revision);
  const cached = (): string | undefined => {
    const commit = existsSync(ref) ? readFileSync(ref, "utf8").trim() : revision;
    const snapshot = join(folder, "snapshots", commit);
    return existsSync(snapshot) ? snapshot : undefined;
  };
  if (options.offline ?? env.HF_HUB_OFFLINE === "1") {
    const snapshot = cached();
    if (snapshot !== undefined) return snapshot;
    throw new InputError(
      id,
      `is not in the cache ${cacheDir}, and downloads are off (HF_HUB_OFFLINE=1)`,
      "Unset HF_HUB_OFFLINE, or give a folder.",
    );
  }
  const accessToken = options.token ?? env.HF_TOKEN;
  const hub = { hubUrl: options.hubUrl ?? env.HF_ENDPOINT, ...(accessToken ? { accessToken } : {}) };
  try {
    const { sha } = await modelInfo({ name: id, revision, additionalFields: ["sha"], ...hub });
    const snapshot = join(folder, "snapshots", sha);
    const wanted: ListFileEntry[] = [];
    for await (const entry of listFiles({ repo: id, revision: sha, recursive: true, ...hub })) {
      if (entry.type === "file" && WANTED.test(entry.path) && !OTHER_FORMATS.test(entry.path)) wanted.push(entry);
    }
    if (!wanted.some((entry) => entry.path.endsWith(".safetensors"))) {
      throw new InputError(
        id,
        `has no safetensors weights at revision ${revision}`,
        "Convert the model to safetensors, or choose another.",
      );
    }
    const total = wanted.reduce((sum, entry) => sum + entry.size, 0);
    let done = 0;
    for (const entry of wanted) {
      const target = join(snapshot, entry.path);
      if (!existsSync(target) || statSync(target).size !== entry.size) {
        const blob = await downloadFile({ repo: id, path: entry.path, revision: sha, ...hub });
        if (blob === null)
          throw new InputError(`${id}/${entry.path}`, "is listed by the hub but cannot be fetched", "Try again.");
        await store(blob, target, {
          id,
          entry,
          onBytes: (n) => options.onProgress?.({ done: done + n, total, note: entry.path }),
        });
      }
      done += entry.size;
      options.onProgress?.({ done, total, note: entry.path });
    }
    if (revision !== sha) {
      mkdirSync(dirname(ref), { recursive: true });
      writeFileSync(ref, sha);
    }
    return snapshot;
  } catch (error) {
    if (error instanceof InputError) throw error;
    if (error instanceof HubApiError) throw refused(id, revision, error);
    const snapshot = cached();
    if (snapshot !== undefined && isNetworkError(error)) return snapshot;
    if (isNetworkError(error)) {
      throw new InputError(
        id,
        `the hub cannot be reached (${reason(error)}) and the cache has no copy`,
        "Check the network, or give the folder of a model.",
        { cause: error },
      );
    }
    throw error;
  }
}

function defaultCache(env: NodeJS.ProcessEnv): string {
  const home = env.HF_HOME ?? join(env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "huggingface");
  return env.HF_HUB_CACHE ?? join(home, "hub");
}

async function store(
  blob: Blob,
  target: string,
  job: { id: string; entry: ListFileEntry; onBytes: (n: number) => void },
): Promise<void> {
  mkdirSync(dirname(target), { recursive: true });
  const partial = `${target}.${process.pid}.incomplete`;
  const hash = createHash("sha256");
  let bytes = 0;
  const watch = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hash.update(chunk);
      bytes += chunk.length;
      job.onBytes(bytes);
      next(null, chunk);
    },
  });
  try {
    await pipeline(
      Readable.fromWeb(blob.stream() as ReadableStream),
      watch,
      createWriteStream(partial, { flush: true }),
    );
    const wrongHash = job.entry.lfs !== undefined && hash.digest("hex") !== job.entry.lfs.oid;
    if (bytes !== job.entry.size || wrongHash) {
      const came = wrongHash ? "its sha256 differs" : `${bytes} bytes came`;
      throw new InputError(
        `${job.id}/${job.entry.path}`,
        `the hub promised ${job.entry.size} bytes, but ${came}`,
        "Try again; the damaged copy was removed.",
      );
    }
    renameSync(partial, target);
  } finally {
    rmSync(partial, { force: true });
  }
}

function refused(id: string, revision: string, error: HubApiError): InputError {
  if (error.statusCode === 401 || error.statusCode === 403) {
    return new InputError(
      id,
      `the hub refused access (${error.statusCode}): no such model, or it is private`,
      "Check the name; for a private model set HF_TOKEN.",
      { cause: error },
    );
  }
  if (error.statusCode === 404) {
    return new InputError(
      id,
      `the hub has no such model or revision (${revision})`,
      "Check the spelling: a hub name is owner/name.",
      { cause: error },
    );
  }
  return new InputError(id, `the hub answered ${error.statusCode}: ${error.message}`, "Try again later.", {
    cause: error,
  });
}

function isNetworkError(error: unknown): boolean {
  return error instanceof TypeError && /fetch failed|terminated|network/i.test(error.message);
}

function reason(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? ("code" in cause ? String(cause.code) : "") || cause.message : String(cause);
}

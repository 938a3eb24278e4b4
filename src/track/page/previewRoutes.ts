import { open } from "node:fs/promises";
import { Hono } from "hono";
import { MlflowFault } from "../server/mlflowFault.ts";
import { folderOf } from "../server/placeOf.ts";
import { wholeRun } from "../server/wholeRun.ts";
import type { Store } from "../store.ts";
import { StoreError } from "../storeError.ts";
import { figurePage } from "./figurePage.ts";

/** What of a file is shown; the whole of it can be downloaded. */
const TEXT_BYTES = 1 << 20;
const WHOLE_BYTES = 32 << 20;

const IMAGES: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
};

/**
 * A logged page gets an origin of its own that no other page has (`sandbox` without `allow-same-origin`), so that it
 * can neither read nor ask this server, and a policy that lets nothing in or out: what it shows it must bring along.
 */
const FRAME_POLICY = [
  "sandbox allow-scripts",
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval'",
  "style-src 'unsafe-inline'",
  "img-src data: blob:",
  "font-src data:",
  "media-src data: blob:",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
].join("; ");

/**
 * Files of runs as the page shows them, each kind in a form in which it cannot act in the name of this server:
 * `?as=text` the beginning as plain text, `image`, `frame` an HTML file and `figure` a Plotly figure for a sandboxed frame.
 */
export function previewRoutes(store: Store): Hono {
  const routes = new Hono();
  routes.get("/page/file", async (context) => {
    const query = (name: string): string => context.req.query(name) ?? "";
    const row = wholeRun(store, query("run"));
    const path = folderOf(query("path"));
    const file = store.parts.artifacts.locate(row, path);
    const as = query("as");
    context.header("cache-control", "no-cache");
    if (as === "text") {
      const { bytes, size } = await read(file, TEXT_BYTES, query("end") === "1");
      context.header("x-file-size", String(size));
      context.header("content-security-policy", "sandbox");
      return context.body(bytes, 200, { "content-type": "text/plain; charset=utf-8" });
    }
    const { bytes } = await read(file, WHOLE_BYTES, false);
    if (as === "image") {
      const type = IMAGES[path.slice(path.lastIndexOf(".") + 1).toLowerCase()];
      if (type === undefined) throw MlflowFault.invalid(`\`${path}\` is no image that a browser shows.`);
      // An SVG may hold scripts; in a tab of its own they must not run.
      context.header(
        "content-security-policy",
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
      );
      return context.body(bytes, 200, { "content-type": type });
    }
    if (as === "frame") {
      context.header("content-security-policy", FRAME_POLICY);
      return context.body(bytes, 200, { "content-type": "text/html; charset=utf-8" });
    }
    if (as === "figure") {
      context.header("content-security-policy", FRAME_POLICY);
      return context.html(await figurePage(Buffer.from(bytes).toString("utf8")));
    }
    throw MlflowFault.invalid("`as` must be text, image, frame or figure.");
  });
  return routes;
}

/** @param fromEnd  the last bytes instead of the first, when it is longer */
async function read(
  file: string,
  most: number,
  fromEnd: boolean,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; size: number }> {
  try {
    const handle = await open(file, "r");
    try {
      const { size } = await handle.stat();
      const bytes = new Uint8Array(Math.min(size, most));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, fromEnd ? size - bytes.length : 0);
      return { bytes: bytes.subarray(0, bytesRead), size };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw StoreError.from(error, file);
  }
}

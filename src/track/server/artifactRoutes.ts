import { createReadStream, type ReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import type { Store } from "../store.ts";
import { StoreError } from "../storeError.ts";
import { listProxied } from "./artifactCalls.ts";
import { Fields } from "./fields.ts";
import { MlflowFault } from "./mlflowFault.ts";
import { folderOf, placeOf } from "./placeOf.ts";
import { wholeRun } from "./wholeRun.ts";

type Served = Context<{ Bindings: HttpBindings }>;

/** Where the proxy's paths begin, below each of the API's prefixes. */
const PROXY = "/mlflow-artifacts/artifacts";

/**
 * The bytes of artifacts: MLflow's proxy (`mlflow-artifacts/artifacts/PATH`) and `/get-artifact`. Uploads go to the disk
 * as they come, downloads come from it as they are taken; neither is held in memory.
 *
 * Whatever a file says it is, a browser saves it and does not show it: a page that somebody logged must not act in the
 * name of this server.
 *
 * @param prefixes  `/api/2.0` and such
 */
export function artifactRoutes(store: Store, prefixes: readonly string[]): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();
  for (const prefix of prefixes) {
    const root = `${prefix}${PROXY}`;
    const place = (context: Served): ReturnType<typeof placeOf> => placeOf(store, pathAfter(context, `${root}/`));

    routes.get(root, (context) => {
      const query = Fields.ofQuery(new URL(context.req.url).searchParams);
      return context.json(listProxied(store, query));
    });

    routes.put(`${root}/*`, async (context) => {
      const { row, path } = place(context);
      if (row.lifecycle_stage !== "active")
        throw MlflowFault.invalid(`Run ${row.run_id} is deleted. Restore it first.`);
      await store.parts.artifacts.receive(row, path, context.env.incoming);
      return context.body(null, 200);
    });

    routes.get(`${root}/*`, (context) => {
      const { row, path } = place(context);
      return download(store.parts.artifacts.locate(row, path), path);
    });

    routes.delete(`${root}/*`, (context) => {
      const { row, path } = place(context);
      store.parts.artifacts.remove(row, path);
      return context.json({});
    });
  }

  routes.get("/get-artifact", (context) => {
    const query = Fields.ofQuery(new URL(context.req.url).searchParams);
    const row = wholeRun(store, query.runId());
    const path = folderOf(query.text("path"));
    return download(store.parts.artifacts.locate(row, path), path);
  });
  return routes;
}

/** The rest of the address, decoded. */
function pathAfter(context: Served, start: string): string {
  const rest = context.req.path.slice(start.length);
  try {
    return decodeURIComponent(rest);
  } catch {
    throw MlflowFault.invalid(`\`${rest.slice(0, 80)}\` is not a well-formed address.`);
  }
}

async function download(file: string, path: string): Promise<Response> {
  const handle = await open(file, "r").catch((error: unknown) => {
    throw StoreError.from(error, file);
  });
  // The size of the very file that is sent: another may take its name meanwhile.
  const { size } = await handle.stat();
  const stream: ReadStream = createReadStream("", { fd: handle, highWaterMark: 1 << 18 });
  const name = encodeURIComponent(path.slice(path.lastIndexOf("/") + 1));
  return new Response(Readable.toWeb(stream) as ReadableStream, {
    headers: {
      "content-type": "application/octet-stream",
      "content-length": String(size),
      "content-disposition": `attachment; filename*=UTF-8''${name}`,
      "content-security-policy": "sandbox",
    },
  });
}

import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { pageRoutes } from "../page/pageRoutes.ts";
import type { Store } from "../store.ts";
import { artifactCalls } from "./artifactCalls.ts";
import { artifactRoutes } from "./artifactRoutes.ts";
import type { Calls } from "./calls.ts";
import { experimentCalls } from "./experimentCalls.ts";
import { Fields } from "./fields.ts";
import type { Caller } from "./guard.ts";
import { loggedModelCalls } from "./loggedModelCalls.ts";
import { metricCalls } from "./metricCalls.ts";
import { MlflowFault } from "./mlflowFault.ts";
import { readBody } from "./readBody.ts";
import { runCalls } from "./runCalls.ts";

/** Clients use the first, MLflow's own page the second. */
const PREFIXES = ["/api/2.0", "/ajax-api/2.0"] as const;

/** The release of MLflow whose REST API this is; clients ask for it. */
const MLFLOW_VERSION = "3.17.2";

const METHODS = ["GET", "POST"] as const;

const CALLS: Calls = { ...experimentCalls, ...runCalls, ...metricCalls, ...artifactCalls, ...loggedModelCalls };

/**
 * The tracker as a web application: MLflow's REST API over a store, and the page.
 *
 * @param guard  throws for those who are not served
 * @param onBug  is told of errors that are nobody's fault but ours
 * @param closing  aborted when the server stops: ends the page's streams of events
 */
export function trackerApp(
  store: Store,
  guard: (caller: Caller) => void,
  onBug: (error: unknown) => void,
  closing?: AbortSignal,
): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(async (context, next) => {
    const { method, path } = context.req;
    // Set on Node's response: on Hono's, each answer would be made twice and its body go through a stream.
    context.env.outgoing.setHeader("x-content-type-options", "nosniff");
    context.env.outgoing.setHeader("cross-origin-resource-policy", "same-origin");
    guard({ method, path, header: (name) => context.req.header(name) });
    await next();
  });
  app.get("/health", (context) => context.text("OK"));
  app.get("/version", (context) => context.text(MLFLOW_VERSION));
  app.route("/", pageRoutes(store, closing));
  app.route("/", artifactRoutes(store, PREFIXES));
  for (const [name, call] of Object.entries(CALLS)) {
    const [method, path] = name.split(" ");
    for (const prefix of PREFIXES)
      app.on(method, `${prefix}/mlflow/${path}`, async (context) => {
        const fields =
          method === "GET"
            ? Fields.ofQuery(new URL(context.req.url).searchParams)
            : new Fields(await readBody(context.env.incoming));
        return context.json(call(store, fields));
      });
  }
  app.notFound((context) => {
    const { method, path } = context.req;
    const others = METHODS.filter((other) => PREFIXES.some((prefix) => isCall(other, path, `${prefix}/mlflow/`)));
    const hint = others.length > 0 ? ` Send it as ${others.join(" or ")}.` : "";
    const answer = { error_code: "ENDPOINT_NOT_FOUND", message: `There is no ${method} ${path} here.${hint}` };
    return others.length > 0 ? context.json(answer, 405, { allow: others.join(", ") }) : context.json(answer, 404);
  });
  app.onError((error) => {
    const { code, status, message } = MlflowFault.from(error, onBug);
    const headers = status === 401 ? { "www-authenticate": 'Basic realm="sulam"' } : undefined;
    return Response.json({ error_code: code, message }, { status, headers });
  });
  return app;
}

function isCall(method: string, path: string, start: string): boolean {
  return path.startsWith(start) && `${method} ${path.slice(start.length)}` in CALLS;
}

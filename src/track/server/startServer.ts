import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { InputError } from "../../base/errors.ts";
import { sweepIncoming } from "../receiveArtifact.ts";
import type { Store } from "../store.ts";
import { guard } from "./guard.ts";
import { trackerApp } from "./trackerApp.ts";

/** What `startServer` takes. */
export interface ServerOptions {
  store: Store;
  /** Where to listen. Default: this machine only. */
  host?: string;
  /** Default 5000, as MLflow's; 0 for any that is free. */
  port?: number;
  /** What clients must send; needed unless only this machine can reach the server. */
  token?: string;
  /** Is told of errors that are nobody's fault but ours. Default: standard error. */
  onBug?: (error: unknown) => void;
}

/** A server that runs. */
export interface TrackerServer {
  /** `http://127.0.0.1:5000` */
  url: string;
  /** Lets what is under way come to its end, for `graceMs` at most, and takes nothing new. */
  stop(graceMs?: number): Promise<void>;
}

/** Python's `requests` keeps connections open; one that closes just as it is used again is an error there. */
const KEEP_ALIVE_MS = 75_000;
const GRACE_MS = 5_000;

/**
 * Serves a store to MLflow's clients until it is stopped. The store stays open.
 * @throws {InputError} when the port is taken or the host is not ours, or the server would be open to others
 */
export async function startServer(options: ServerOptions): Promise<TrackerServer> {
  const { store, host = "127.0.0.1", port = 5000, onBug = (error) => console.error(error) } = options;
  const closing = new AbortController();
  const app = trackerApp(store, guard(host, options.token), onBug, closing.signal);
  sweepIncoming(store.parts.artifacts.root, Date.now());
  const server = await listen(app.fetch, host, port);
  const { address, family, port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${taken}`,
    stop: (graceMs = GRACE_MS) => {
      closing.abort();
      return stop(server, graceMs);
    },
  };
}

function listen(fetch: Parameters<typeof serve>[0]["fetch"], hostname: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    // A large upload over a slow line may take longer than the five minutes that Node grants.
    const serverOptions = { requestTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS };
    const server = serve({ fetch, hostname, port, serverOptions }, () => {
      server.off("error", refuse);
      resolve(server);
    }) as Server;
    const refuse = (error: NodeJS.ErrnoException): void => reject(explain(error, hostname, port));
    server.on("error", refuse);
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === "EADDRINUSE")
    return new InputError("ui", `port ${port} is taken`, "Choose another with `--port`; 0 takes any that is free.");
  if (error.code === "EACCES")
    return new InputError("ui", `you may not listen at port ${port}`, "Choose one from 1024 with `--port`.");
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND")
    return new InputError("ui", `${host} is no address of this machine`, "Leave `--host` out, or give one that is.");
  return error;
}

function stop(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    // A connection falls idle when its answer is over, and would then be kept open for the next question.
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(idle);
      resolve();
    });
    server.closeIdleConnections();
  });
}

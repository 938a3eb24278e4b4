import { createHash, timingSafeEqual } from "node:crypto";
import { InputError } from "../../base/errors.ts";
import { MlflowFault } from "./mlflowFault.ts";

/** What of a request decides whether it is served. */
export interface Caller {
  method: string;
  path: string;
  /** A header's value, or undefined. */
  header(name: string): string | undefined;
}

/** Shorter tokens can be guessed. */
const SHORTEST_TOKEN = 16;

/** These tell nothing, and those who watch over servers ask for them without a token. */
const OPEN_PATHS: readonly string[] = ["/health", "/version"];

/**
 * Who is served.
 *
 * - Bound to this machine only: every program of it, but not the pages of other sites in its browser. A page reaches
 *   127.0.0.1 in two ways: by its own name that now points here (then Host is that name) or directly (then Origin is).
 * - Bound elsewhere: who has the token, as `Authorization: Bearer TOKEN` or as the password of Basic.
 *
 * @param host  where the server is bound
 * @throws {InputError} when a server that others can reach has no token, or the token is short
 * @returns a check that throws an `MlflowFault` for those who are not served
 */
export function guard(host: string, token: string | undefined): (caller: Caller) => void {
  if (token !== undefined && token.length < SHORTEST_TOKEN)
    throw new InputError("ui", `SULAM_UI_TOKEN has ${token.length} characters, ${SHORTEST_TOKEN} are needed`, MAKE_ONE);
  if (token === undefined && !isLoopback(host))
    throw new InputError("ui", `at ${host} other machines can reach the server, and it has no token`, MAKE_ONE);
  return (caller) => {
    const called = caller.header("host") ?? "";
    if (token === undefined && !isLoopback(hostname(called)))
      throw refused(`Host \`${called.slice(0, 80)}\` is not this machine. Call it 127.0.0.1 or localhost.`);
    const origin = caller.header("origin");
    if (origin !== undefined && !isSame(origin, called))
      throw refused(`Pages of \`${origin.slice(0, 80)}\` may not use this server.`);
    const isReading = caller.method === "GET" || caller.method === "HEAD";
    if (!isReading && /^(cross-site|same-site)$/.test(caller.header("sec-fetch-site") ?? ""))
      throw refused("Pages of other sites may not write here.");
    if (token !== undefined && !OPEN_PATHS.includes(caller.path) && !holds(caller.header("authorization"), token))
      throw new MlflowFault("UNAUTHENTICATED", 401, "Send the server's token: set MLFLOW_TRACKING_TOKEN.");
  };
}

const MAKE_ONE = "Set SULAM_UI_TOKEN to a secret, e.g. `openssl rand -hex 24`, or leave `--host` out.";

function refused(message: string): MlflowFault {
  return new MlflowFault("PERMISSION_DENIED", 403, message);
}

/** Without port, and an IPv6 address without brackets. */
function hostname(host: string): string {
  return host.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1");
}

function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1)$/i.test(host);
}

function isSame(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}

function holds(authorization: string | undefined, token: string): boolean {
  const [scheme = "", given = ""] = (authorization ?? "").split(/ +/, 2);
  if (/^bearer$/i.test(scheme)) return isEqual(given, token);
  if (!/^basic$/i.test(scheme)) return false;
  const pair = Buffer.from(given, "base64").toString("utf8");
  return isEqual(pair.slice(pair.indexOf(":") + 1), token);
}

/** In a time that does not tell how much of it was right. */
function isEqual(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

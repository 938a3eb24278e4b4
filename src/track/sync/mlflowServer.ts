import { InputError } from "../../base/errors.ts";
import { ServerError } from "./serverError.ts";

/** What a server is asked with. */
export interface ServerSurroundings {
  /** MLflow's own variables: `MLFLOW_TRACKING_TOKEN`, or `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds before the next try. Default: real time. */
  sleep?: (ms: number) => Promise<void>;
  /** Milliseconds after which a call has failed; a file may take as long as its bytes flow. Default: two minutes. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** A JSON object, as the server's answers are. */
export type JsonObject = Record<string, unknown>;

const API = "/api/2.0/mlflow/";
const PROXY = "/api/2.0/mlflow-artifacts/artifacts/";
const TRIES = 6;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const TIMEOUT_MS = 120_000;

/**
 * A client of MLflow's REST API 2.0, over what Node brings. A call is tried again when the server is busy, fails (408,
 * 429, 5xx) or is not reached; every call that sync makes may be repeated. Credentials go into the header alone.
 *
 * @see https://mlflow.org/docs/latest/rest-api.html
 */
export class MlflowServer {
  /** The address without credentials, by which a store knows the server. */
  readonly address: string;
  readonly #headers: Record<string, string>;
  private readonly sleep: (ms: number) => Promise<void>;
  private readonly timeoutMs: number;
  private readonly signal: AbortSignal | undefined;

  /** @throws {InputError} the address is none of http or https */
  constructor(uri: string, { env = process.env, sleep, timeoutMs = TIMEOUT_MS, signal }: ServerSurroundings = {}) {
    const url = URL.canParse(uri) ? new URL(uri) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol))
      throw new InputError(
        "sync",
        `wanted an address as http://host:5000, got \`${withoutUser(uri)}\``,
        "Name an MLflow server.",
      );
    this.#headers = authorization(url, env);
    url.username = url.password = url.search = url.hash = "";
    this.address = url.href.replace(/\/+$/, "");
    this.sleep = sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    this.timeoutMs = timeoutMs;
    this.signal = signal;
  }

  /** A question: the fields of `query` go into the address. */
  async get(path: string, query: Readonly<Record<string, string>>): Promise<JsonObject> {
    const words = new URLSearchParams(query);
    return this.again(() => this.json(path, () => this.fetch(`${API}${path}?${words}`)));
  }

  /**
   * A call with a JSON body.
   * @param found for a call that may not be made twice: asked before it is made again, for what the first one left
   */
  async post(path: string, body: unknown, found?: () => Promise<JsonObject | undefined>): Promise<JsonObject> {
    const headers = { "content-type": "application/json" };
    const send = (): Promise<Response> =>
      this.fetch(API + path, { method: "POST", body: JSON.stringify(body), headers });
    return this.again(async (attempt) => (attempt > 1 ? await found?.() : undefined) ?? this.json(path, send));
  }

  /** Stores a file through the server. @param place what stands after `mlflow-artifacts:/` in the run's `artifact_uri` */
  async putFile(place: string, path: string, bytes: () => Promise<Blob>): Promise<void> {
    const url = PROXY + [...place.split("/"), ...path.split("/")].map(encodeURIComponent).join("/");
    const headers = { "content-type": "application/octet-stream" };
    await this.again(async () => {
      const body = await bytes();
      return this.once(`put ${path}`, () => this.fetch(url, { method: "PUT", body, headers }, false));
    });
  }

  /** Hands a run's file to `take`, piece by piece; from its beginning again when the server breaks off. */
  async file<T>(runId: string, path: string, take: (pieces: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T> {
    const words = new URLSearchParams({ run_uuid: runId, path });
    const who = `get ${path}`;
    return this.again(async () => {
      const { body } = await this.once(who, () => this.fetch(`/get-artifact?${words}`, {}, false));
      return take(this.pieces(who, body ?? []));
    });
  }

  private async *pieces(
    who: string,
    body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      this.unreached(who, error);
    }
  }

  /** @param isTimed false for a file, which may be long: Node itself gives up when no byte comes for five minutes */
  private fetch(path: string, init: RequestInit = {}, isTimed = true): Promise<Response> {
    const signals = [isTimed ? AbortSignal.timeout(this.timeoutMs) : undefined, this.signal];
    const signal = AbortSignal.any(signals.filter((one) => one !== undefined));
    return fetch(this.address + path, { ...init, headers: { ...this.#headers, ...init.headers }, signal });
  }

  private async json(path: string, ask: () => Promise<Response>): Promise<JsonObject> {
    const response = await this.once(path, ask);
    const text = await response.text().catch((error: unknown) => this.unreached(path, error));
    try {
      return JSON.parse(text) as JsonObject;
    } catch (cause) {
      const problem = `the answer must be JSON, got \`${text.slice(0, 80)}\``;
      const todo = "Is this an MLflow server?";
      throw new ServerError(this.who(path), problem, todo, { status: response.status, cause });
    }
  }

  /** One try, with every fault told as a ServerError. */
  private async once(path: string, ask: () => Promise<Response>): Promise<Response> {
    const response = await ask().catch((error: unknown) => this.unreached(path, error));
    if (response.ok) return response;
    throw await this.refused(path, response);
  }

  private async again<T>(work: (attempt: number) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work(attempt);
      } catch (error) {
        if (!(error instanceof ServerError) || !isPassing(error.status) || attempt === TRIES) throw error;
      }
      await this.sleep(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1)));
    }
  }

  private unreached(path: string, error: unknown): never {
    this.signal?.throwIfAborted();
    const cause = (error as Error).cause ?? error;
    const why = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    const todo = "Is the server up? Nothing is lost; the same command goes on where it was.";
    throw new ServerError(this.who(path), `no answer came (${why})`, todo, { status: 0, cause: error });
  }

  private async refused(path: string, response: Response): Promise<ServerError> {
    const { status } = response;
    const text = await response.text().catch(() => "");
    const { error_code: code = "", message = text.slice(0, 200) } = parsed(text);
    const isLocked = status === 401 || status === 403;
    const todo = isLocked
      ? "Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD."
      : "See the server's log; the same command goes on.";
    return new ServerError(this.who(path), `HTTP ${status}: ${message || code || "no reason given"}`, todo, {
      status,
      code,
    });
  }

  private who(path: string): string {
    return `${this.address} ${path}`;
  }
}

function isPassing(status: number): boolean {
  return status === 0 || status === 408 || status === 429 || status >= 500;
}

function parsed(text: string): { error_code?: string; message?: string } {
  try {
    return JSON.parse(text) as { error_code?: string; message?: string };
  } catch {
    return {};
  }
}

function authorization(url: URL, env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const user = decoded(url.username) || env.MLFLOW_TRACKING_USERNAME;
  const password = decoded(url.password) || env.MLFLOW_TRACKING_PASSWORD;
  if (user) {
    const pair = Buffer.from(`${user}:${password ?? ""}`).toString("base64");
    return { authorization: `Basic ${pair}` };
  }
  return env.MLFLOW_TRACKING_TOKEN ? { authorization: `Bearer ${env.MLFLOW_TRACKING_TOKEN}` } : {};
}

/** A password may hold a `%` that stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function withoutUser(uri: string): string {
  return uri.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/i, "$1[secret]@");
}

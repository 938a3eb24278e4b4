import assert from "node:assert/strict";

/** One request of the list. Names such as `{run:1}` stand for what an earlier answer of the same server gave. */
export interface Recorded {
  /** What the list of differences calls it; no other request may have this name. */
  name: string;
  method: string;
  /** With its query, from the first slash on. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  text?: string;
  /** What the body says that it is. Default: JSON. */
  type?: string;
  /** Which names the answer gives: `{ "run:1": "run.info.run_id" }`. */
  keep?: Readonly<Record<string, string>>;
}

/** What is compared of an answer. */
export interface Answer {
  status: number;
  /** Without parameters; of refusals, which MLflow's server sends as JSON under any type, it is left out. */
  type?: string;
  /** JSON of an answer, the text of another one; of a refusal its `error_code` alone. */
  content: unknown;
}

/** One server under a replay: sends requests in turn and remembers the ids of its answers. */
export class Replay {
  private readonly url: string;
  private readonly ids = new Map<string, string>();

  constructor(url: string) {
    this.url = url;
  }

  /**
   * Sends a request with this server's ids.
   *
   * @returns the answer, with names in the place of ids and of chance
   * @throws {AssertionError} where a name has no value, or an answer has none for it: both servers would answer alike
   * that they do not know such an id, and nothing would be compared
   */
  async send(request: Recorded): Promise<Answer> {
    const { name: title, method, path, body, text, type: sent = "application/json", keep = {} } = request;
    const filled = (given: string, encode?: (id: string) => string): string => this.filled(title, given, encode);
    const json = body === undefined ? text : JSON.stringify(body);
    const response = await fetch(this.url + filled(path, encodeURIComponent), {
      method,
      // MLflow's server closes a connection that was idle for a while, also just when it is used again.
      headers: { "content-type": sent, connection: "close" },
      body: json === undefined ? undefined : filled(json),
      redirect: "manual",
    });
    const answer = parsed(await response.text());
    if (!response.ok) return { status: response.status, content: codeOf(answer) };
    for (const [name, where] of Object.entries(keep)) {
      const value = where.split(".").reduce((inner: unknown, key) => (inner as Record<string, unknown>)?.[key], answer);
      const isId = typeof value === "string" || typeof value === "number";
      assert.ok(isId, `${title}: the answer has no ${where} for ${name}`);
      this.ids.set(name, String(value));
    }
    const [type] = (response.headers.get("content-type") ?? "none").split(";");
    return { status: response.status, type, content: this.plain(answer) };
  }

  private filled(title: string, text: string, encode: (id: string) => string = (id) => id): string {
    return text.replace(/\{((?:run|experiment|page):[\w-]+)\}/g, (whole, name: string) => {
      const id = this.ids.get(name);
      assert.ok(id !== undefined, `${title}: no answer gave ${whole}`);
      return encode(id);
    });
  }

  /** The same value from each server that answers alike, whatever its ids and clock. */
  private plain(value: unknown, key = ""): unknown {
    if (Array.isArray(value)) return value.map((one) => this.plain(one, key)).sort(SORTED.has(key) ? byKey : () => 0);
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, this.plain(inner, name)]));
    if (CLOCKS.has(key) && typeof value === "number") return "A TIME";
    if (typeof value !== "string") return value;
    if (key === "next_page_token") return "A TOKEN";
    return this.named(value, key);
  }

  private named(text: string, key: string): string {
    let out = text.replace(/^[a-z]+-[a-z]+-\d+$/, "A NAME");
    for (const [name, id] of this.ids) {
      if (name.startsWith("run:")) out = out.replaceAll(id, `{${name}}`);
      if (!name.startsWith("experiment:")) continue;
      if (key === "experiment_id" && out === id) out = `{${name}}`;
      if (out === `mlflow-artifacts:/${id}` || out.startsWith(`mlflow-artifacts:/${id}/`))
        out = `mlflow-artifacts:/{${name}}${out.slice(`mlflow-artifacts:/${id}`.length)}`;
    }
    // What nobody gave a name; experiment 0 is 0 everywhere.
    if (key === "experiment_id" && /^[1-9]\d*$/.test(out)) return "AN ID";
    return out.replace(/^(mlflow-artifacts:\/)[1-9]\d*(?=\/|$)/, "$1AN ID").replace(/[0-9a-f]{32}/g, "AN ID");
  }
}

/** Times that only a server's clock gives; all others are the client's. */
const CLOCKS: ReadonlySet<string> = new Set(["creation_time", "last_update_time"]);

/** Lists to which MLflow gives no order. */
const SORTED: ReadonlySet<string> = new Set(["params", "tags", "metrics", "dataset_summaries", "dataset_inputs"]);

/** Points of one curve have one key, and so keep their order. */
function byKey(a: unknown, b: unknown): number {
  const [left, right] = [a, b].map((one) => (one as { key?: string } | null)?.key ?? JSON.stringify(one));
  return left < right ? -1 : left > right ? 1 : 0;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The words of a refusal are each server's own; clients go by its code. */
function codeOf(answer: unknown): unknown {
  const code = (answer as { error_code?: unknown } | null)?.error_code;
  return code === undefined ? "no error_code" : code;
}

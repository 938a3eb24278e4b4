import type { Runtime, Session } from "node:inspector";

/** How an evaluation ended: `stopped` when it was terminated. */
export type Evaluated = { value: unknown } | { thrown: unknown } | { stopped: true };

/** Hands the value behind a remote reference over to the main thread's own code. */
type Take = (value: unknown) => void;

/** Node's types lack the protocol's `replMode`. */
interface ReplEvaluation extends Runtime.EvaluateParameterType {
  replMode: boolean;
}

const GROUP = "sulam";

/** Evaluates scripts as DevTools' console does: `let`, `const` and `class` may be declared again, `await` works. */
export class Inspector {
  private readonly session: Session;
  private readonly takeId: string;
  private taken: unknown;

  /** @param session a connected session of the main thread */
  constructor(session: Session) {
    this.session = session;
    this.takeId = this.share((value) => {
      this.taken = value;
    });
  }

  /**
   * Evaluates a script and calls back with its last expression's value, awaited when the script awaits. Never calls
   * back when the script is stopped after its first `await`.
   */
  evaluate(expression: string, done: (outcome: Evaluated) => void): void {
    const options: ReplEvaluation = { expression, replMode: true, awaitPromise: true, objectGroup: GROUP };
    this.session.post("Runtime.evaluate", options, (error, reply) => {
      if (error) return done({ stopped: true });
      const details = reply.exceptionDetails;
      // A syntax error has its exception too; without one there is only a text.
      const value = this.fetch(details ? (details.exception ?? { type: "string", value: details.text }) : reply.result);
      this.session.post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
      done(details ? { thrown: value } : { value });
    });
  }

  private fetch(remote: Runtime.RemoteObject): unknown {
    if (remote.objectId === undefined && remote.unserializableValue === undefined) {
      return remote.subtype === "null" ? null : remote.value;
    }
    const { objectId, unserializableValue } = remote;
    const argument = objectId === undefined ? { unserializableValue } : { objectId };
    this.session.post("Runtime.callFunctionOn", {
      objectId: this.takeId,
      functionDeclaration: "function (value) { this(value); }",
      arguments: [argument],
    });
    const value = this.taken;
    this.taken = undefined;
    return value;
  }

  /** Gives the inspector a reference to a function without leaving a global behind. */
  private share(take: Take): string {
    const name = "__sulam_take";
    const scope = globalThis as unknown as Record<string, unknown>;
    scope[name] = take;
    let id: string | undefined;
    this.session.post("Runtime.evaluate", { expression: name }, (_error, reply) => {
      id = reply?.result.objectId;
    });
    delete scope[name];
    if (id === undefined) throw new Error("Inspector: Runtime.evaluate gave no object. Is this Node built without it?");
    return id;
  }
}

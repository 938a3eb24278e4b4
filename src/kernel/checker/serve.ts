import type ts from "typescript";
import type { CheckerReply, CheckerRequest } from "../checkerMessages.ts";
import { Checker } from "./checker.ts";
import { Garbage } from "./garbage.ts";

type Result = Extract<CheckerReply, { result: unknown }>["result"];

/**
 * Answers the supervisor's requests over Node's IPC channel until it lets go.
 *
 * @param registry  parsed files, empty or with the standard library already in it
 */
export function serve(registry: ts.DocumentRegistry): void {
  let checker: Checker | undefined;
  const garbage = new Garbage();
  process.on("message", (request: CheckerRequest) => {
    let reply: CheckerReply;
    try {
      if (request.method === "start") {
        checker = new Checker(request.cwd, registry);
        // The first check reads the standard library: better now, while nobody waits.
        checker.check(0, "console.log(1)");
        reply = { id: request.id, result: null };
      } else reply = { id: request.id, result: answer(checker, request) };
    } catch (error) {
      // TypeScript itself fails on some odd input; the next request finds a checker as before.
      reply = { id: request.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    process.send?.(reply);
    setImmediate(() => garbage.collect());
  });
  // a terminal's Ctrl-C reaches the whole group; what it means for a check, the supervisor decides
  process.on("SIGINT", () => {});
  process.on("disconnect", () => process.exit(0));
}

function answer(checker: Checker | undefined, request: Exclude<CheckerRequest, { method: "start" }>): Result {
  if (!checker) throw new Error(`checker: \`${request.method}\` came before \`start\``);
  switch (request.method) {
    case "check":
      return checker.check(request.cell, request.code, request.isLenient);
    case "commit":
      return checker.commit(request.cell);
    case "restore":
      checker.restore(request.kept, request.isStrict);
      return null;
    case "expression":
      return checker.expression(request.code);
    case "complete":
      return checker.complete(request.code, request.offset);
    case "inspect":
      return checker.inspect(request.code, request.offset, request.detail);
    case "isComplete":
      return checker.isComplete(request.code);
  }
}

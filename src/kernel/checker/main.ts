import ts from "typescript";
import type { CheckerReply, CheckerRequest } from "../checkerMessages.ts";
import { Checker } from "./checker.ts";

type Result = Extract<CheckerReply, { result: unknown }>["result"];

/** One registry for all options: whatever a project sets, files are parsed alike (see FORCED in projectOptions). */
const registry: ts.DocumentRegistry = { ...ts.createDocumentRegistry(), getKeyForCompilationSettings: sameKey };
let checker: Checker | undefined;

function sameKey(): ts.DocumentRegistryBucketKey {
  return "cells" as ts.DocumentRegistryBucketKey;
}

function answer(request: CheckerRequest): Result {
  if (request.method === "start") {
    checker = new Checker(request.cwd, registry);
    // The first check reads the standard library: better now, while nobody waits.
    checker.check(0, "console.log(1)");
    return null;
  }
  if (!checker) throw new Error(`checker: \`${request.method}\` came before \`start\``);
  switch (request.method) {
    case "check":
      return checker.check(request.cell, request.code);
    case "commit":
      checker.commit(request.cell);
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

process.on("message", (request: CheckerRequest) => {
  let reply: CheckerReply;
  try {
    reply = { id: request.id, result: answer(request) };
  } catch (error) {
    // TypeScript itself fails on some odd input; the next request finds a checker as before.
    reply = { id: request.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  process.send?.(reply);
});
process.on("disconnect", () => process.exit(0));

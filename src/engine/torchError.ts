import { EngineError } from "../base/errors.ts";

/** What to do, by what torch says. The first that fits counts. */
const advice: readonly [pattern: RegExp, todo: string][] = [
  [/was freed/, "Return it from its tidy scope, keep it, or free it later."],
  [/more than 2\^31 - 1 pairs/, "Use smaller blocks: `anchorRows`, `corpusRows`."],
  [/expected a tensor|expected a number|expected an? /, "Pass what the signature in src/engine/engine.ts asks for."],
  [/allocate|not enough memory|out of memory/i, "Use smaller batches or shapes, or free tensors first."],
  [
    /dtype|scalar type|type .* expected|long or int|not implemented for|to be (a )?float/i,
    "Use `cast` to give the tensors the dtypes that the operation takes.",
  ],
  [/device/i, "Make all tensors with the same engine."],
  [/out of (range|bounds)|Target \d+/i, "Use dimensions and ids that lie within the tensor's shape."],
  [/size|shape|dimension|broadcast|invalid|match|numel/i, "Give the tensors shapes that fit each other."],
];

/** What torch says for its own developers. */
const noise = /\[enforce fail at [^\]]*\][^.]*\.|Exception raised from .*/g;

/** An EngineError from what the addon threw: the first sentence of torch's message, the tensors, and what to do. */
export function torchError(who: string, error: unknown): EngineError {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text.split("\n");
  const got = lines.length > 1 && lines.at(-1)?.startsWith("got ") ? `, ${lines.at(-1)}` : "";
  const problem = (lines[0] ?? "")
    .replace(noise, "")
    .trim()
    .replace(/[.\s]+$/, "");
  const todo = advice.find(([pattern]) => pattern.test(problem))?.[1] ?? "Check the operation's arguments.";
  return new EngineError(who, `${problem}${got}`, todo, { cause: error });
}

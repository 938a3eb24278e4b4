import type { core } from "zod";
import { describeSchema } from "./describeSchema.ts";
import { nearest } from "./nearest.ts";
import type { KeyPath, Problem } from "./problem.ts";
import { type SchemaNode, schemaNodeAt } from "./schemaNode.ts";

/** Turns zod's issues about `root` into sentences for people: the key path, what it must be, what came, the nearest right one. */
export function explainIssues(issues: readonly core.$ZodIssue[], schema: SchemaNode, root: unknown): Problem[] {
  return issues.flatMap((issue) => {
    const path = issue.path as KeyPath;
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({ path: [...path, key], words: unknownKey(key, path, schema, root) }));
    if (issue.code === "invalid_key")
      return [
        { path, words: "cannot be a name; begin with a letter or digit, go on with letters, digits, spaces, - and _" },
      ];
    if (issue.code === "custom") return [{ path, words: issue.message }];
    return [{ path, words: wrongValue(path, schema, root, issue) }];
  });
}

function wrongValue(path: KeyPath, schema: SchemaNode, root: unknown, issue: core.$ZodIssue): string {
  const value = path.reduce<unknown>((v, key) => (v as Record<string | number, unknown> | undefined)?.[key], root);
  const node = schemaNodeAt(schema, root, path);
  const options = issue.code === "invalid_union" && "options" in issue ? (issue.options as string[]) : node?.enum;
  const wanted = options ? `one of ${options.join(", ")}` : describeSchema(node ?? {});
  if (value === undefined) return `is missing; it must be ${wanted}`;
  const near = typeof value === "string" && options ? nearest(value, options.map(String)) : undefined;
  return `must be ${wanted}, got ${shorten(value)}${near ? `; the nearest is ${near}` : ""}`;
}

function unknownKey(key: string, path: KeyPath, schema: SchemaNode, root: unknown): string {
  const here = Object.keys(schemaNodeAt(schema, root, path)?.properties ?? {});
  const prefix = path.map((step) => `${step}.`).join("");
  const near = nearest(key, here);
  if (near) return `is not a key; the nearest is \`${prefix}${near}\``;
  const elsewhere = leaves(schema, "").find((leaf) => leaf === key || leaf.endsWith(`.${key}`));
  if (elsewhere) return `is not a key here; it stands at \`${elsewhere}\``;
  return `is not a key; ${here.length > 0 ? `${prefix === "" ? "the keys" : `the keys of ${prefix.slice(0, -1)}`} are ${here.join(", ")}` : "nothing stands there"}`;
}

/** The paths of all fixed keys, e.g. `train.lr`. */
function leaves(node: SchemaNode, prefix: string): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => [
    `${prefix}${key}`,
    ...leaves(child, `${prefix}${key}.`),
  ]);
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

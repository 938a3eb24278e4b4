import type { KeyPath } from "./problem.ts";

/** The part of JSON Schema (draft 2020-12) that zod writes and that errors and `npx sulam init` read. */
export interface SchemaNode {
  type?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, SchemaNode>;
  required?: string[];
  additionalProperties?: SchemaNode | boolean;
  prefixItems?: SchemaNode[];
  items?: SchemaNode | boolean;
  minItems?: number;
  oneOf?: SchemaNode[];
  anyOf?: SchemaNode[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

/** The branch of a `oneOf` whose constants (`kind: bm25`, `name: triplet`) agree with `value`; else `node` itself. */
function branchFor(node: SchemaNode, value: unknown): SchemaNode {
  const given = (value ?? {}) as Record<string, unknown>;
  const agrees = (branch: SchemaNode): boolean =>
    Object.entries(branch.properties ?? {}).every(([key, p]) => p.const === undefined || p.const === given[key]);
  return node.oneOf?.find(agrees) ?? node;
}

/** The node that rules the value at `path` of `root`, or undefined when the schema has no such place. */
export function schemaNodeAt(schema: SchemaNode, root: unknown, path: KeyPath): SchemaNode | undefined {
  let node: SchemaNode | undefined = branchFor(schema, root);
  let value = root;
  for (const key of path) {
    value = (value as Record<string | number, unknown> | undefined)?.[key];
    const more: SchemaNode | boolean | undefined =
      typeof key === "number"
        ? (node.prefixItems?.[key] ?? node.items)
        : (node.properties?.[key] ?? node.additionalProperties);
    if (more === undefined || typeof more === "boolean") return undefined;
    node = branchFor(more, value);
  }
  return node;
}

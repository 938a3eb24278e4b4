import type { SchemaNode } from "./schemaNode.ts";

/** What a value must be, in words that follow "must be": `a whole number of at least 1`, `one of train, dev, test`. */
export function describeSchema(node: SchemaNode): string {
  if (node.const !== undefined) return String(node.const);
  if (node.enum) return `one of ${node.enum.join(", ")}`;
  if (node.anyOf) return node.anyOf.map(describeSchema).join(", or ");
  if (node.type === "integer") return `a whole number${range(node)}`;
  if (node.type === "number") return `a number${range(node)}`;
  if (node.type === "string") return "a text that is not empty";
  if (node.type === "boolean") return "true or false";
  if (node.prefixItems) return `a list of ${node.prefixItems.length}, each ${describeSchema(node.prefixItems[0])}`;
  if (node.type === "array" && typeof node.items === "object")
    return `a list${node.minItems ? ` of at least ${node.minItems}` : ""}, each ${describeSchema(node.items)}`;
  if (node.oneOf) return `a mapping with ${kinds(node.oneOf)}`;
  return "a mapping of keys to values";
}

function range({ minimum, maximum, exclusiveMinimum }: SchemaNode): string {
  const bounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  if (minimum !== undefined && bounded) return ` from ${minimum} to ${maximum}`;
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}${bounded ? `, at most ${maximum}` : ""}`;
  return minimum === undefined ? "" : ` of at least ${minimum}`;
}

/** `kind: bm25, base or hybrid` */
function kinds(branches: SchemaNode[]): string {
  const fixed = branches.flatMap((branch) =>
    Object.entries(branch.properties ?? {}).filter(([, p]) => p.const !== undefined),
  );
  const values = fixed.map(([, p]) => String(p.const));
  return `${fixed[0][0]}: ${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}

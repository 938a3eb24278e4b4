import { z } from "zod";
import { describeSchema } from "./describeSchema.ts";
import { experimentSchema } from "./experimentSchema.ts";
import type { SchemaNode } from "./schemaNode.ts";

const systems = `systems:
  bm25: { kind: bm25 }
  zero-shot: { kind: base }
  in-batch: { kind: finetune }
  mined: { kind: finetune, negatives: mined, mineWith: in-batch }
  hybrid: { kind: hybrid, dense: mined, weight: dev }`;

/** A runnable experiment that shows every key with its default and its meaning, out of the schema's own words. */
export function exampleExperiment(name: string): string {
  const schema = z.toJSONSchema(experimentSchema, { io: "input" }) as SchemaNode;
  const { name: _, systems: systemsNode, ...sections } = schema.properties ?? {};
  const head = [
    "# An experiment. Run it:  npx sulam run FILE.yaml",
    "# Lines after `# ` show the defaults: take `# ` away to change one. For one run only: --set train.batchSize=64",
    "",
    `name: ${JSON.stringify(name)}`,
  ];
  const tail = ["", `# ${systemsNode?.description}`, ...kinds(systemsNode), systems];
  return `${[...head, ...Object.entries(sections).flatMap(([key, node]) => section(key, node)), ...tail].join("\n")}\n`;
}

function section(key: string, node: SchemaNode): string[] {
  if (!node.properties) return [`# ${entry(key, node)}`];
  return ["", `${key}:${words(node)}`, ...body(node, "  # ")];
}

/** The keys of a mapping, one a line, all commented out. */
function body(node: SchemaNode, indent: string): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    if (child.properties) return [`${indent}${key}:${words(child)}`, ...body(child, `${indent}  `)];
    const others = child.oneOf ? child.oneOf.slice(1).map((branch) => `${indent}    # or ${flow(branch)}`) : [];
    return [`${indent}${entry(key, child)}`, ...others];
  });
}

/** `key: default  # meaning`, with the choices of an enum, and with what a key without a default must be. */
function entry(key: string, node: SchemaNode): string {
  const value = node.oneOf ? flow(node.oneOf[0]) : node.default === undefined ? "" : inline(node.default);
  const wanted = node.enum ? node.enum.join(" | ") : value === "" && node.type !== "string" ? describeSchema(node) : "";
  const left = `${key}:${value === "" ? "" : ` ${value}`}`;
  return `${left.padEnd(30)}  # ${wanted === "" ? "" : `${wanted}; `}${node.description ?? ""}`;
}

/** What kinds of systems there are, each with its keys. */
function kinds(node: SchemaNode | undefined): string[] {
  const branches = typeof node?.additionalProperties === "object" ? (node.additionalProperties.oneOf ?? []) : [];
  return branches.flatMap((branch) => {
    const { kind, ...rest } = branch.properties ?? {};
    const keys = Object.entries(rest).map(([key, child]) => `#     ${key}: ${child.description}`);
    return [`#   kind: ${kind.const} - ${kind.description}`, ...keys];
  });
}

function flow(branch: SchemaNode): string {
  const entries = Object.entries(branch.properties ?? {}).map(([key, p]) => `${key}: ${inline(p.const ?? p.default)}`);
  return `{ ${entries.join(", ")} }`;
}

/** JSON is YAML; plain words need no quotes. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (typeof value === "string" && /^[A-Za-z][\w-]*$/.test(value)) return value;
  return JSON.stringify(value);
}

function words(node: SchemaNode): string {
  return node.description ? `  # ${node.description}` : "";
}

import { basename } from "node:path";
import { InputError } from "../base/errors.ts";
import { sha256File } from "../base/hash.ts";
import type { Card, CardField } from "./card.ts";
import { readRows } from "./readRows.ts";

/** Fields that describe a row and are no query, by name. */
const labels = ["domain", "topic", "group", "split", "source"];

/**
 * The card of a data file that has none: fields `id` and `passage` are needed; `group`, else `topic`, else the id is
 * the group; `split` deals the rows when it is there, else the group's hash does (20 % test, 10 % dev); every other
 * field that holds a text in the first row is a query field and may be empty.
 *
 * @throws {InputError} when `id`, `passage` or every query field is missing, and what `readRows` throws
 */
export async function guessCard(path: string): Promise<Card> {
  let first: Record<string, unknown> | undefined;
  let rows = 0;
  for await (const { values } of readRows(path)) {
    first ??= values;
    rows++;
  }
  const names = Object.keys(first ?? {}).filter((name) => typeof first?.[name] === "string");
  const fields = Object.fromEntries(names.map((name) => [name, { role: roleOf(name), optional: true } as CardField]));
  for (const name of ["id", "passage"]) {
    if (!(name in fields))
      throw new InputError(
        path,
        `its rows need a text \`${name}\`, they have ${names.join(", ")}`,
        "Rename the field, or make a dataset of the file: npx sulam data import FILE --output FOLDER.",
      );
    fields[name].optional = false;
  }
  if (!names.some((name) => fields[name].role === "query"))
    throw new InputError(path, "no field holds a query", "Give each row a text field such as `query`.");
  return {
    name: basename(path).replace(/\..*$/, ""),
    summary: "a file without a card",
    licence: "unknown",
    source: path,
    file: basename(path),
    rows,
    sha256: await sha256File(path),
    group: { field: ["group", "topic", "id"].find((name) => name in fields) ?? "id" },
    domain: "domain" in fields ? "domain" : undefined,
    fields,
    splits: "split" in fields ? { by: "field", field: "split" } : { by: "hash", testShare: 0.2, devShare: 0.1 },
  };
}

function roleOf(name: string): CardField["role"] {
  if (name === "id" || name === "passage") return name;
  return labels.includes(name) ? "label" : "query";
}

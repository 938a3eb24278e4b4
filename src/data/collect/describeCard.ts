import type { Card, CardField } from "../card.ts";
import type { CollectionRecord, Lengths } from "../collection.ts";

/** A card as a page of Markdown for people. */
export function describeCard(card: Card): string {
  const facts = [
    ["licence", card.licence],
    ["source", card.source],
    ["rows", `${card.rows} in \`${card.file}\``],
    ["sha256", `\`${card.sha256}\``],
    ["group", card.group.pattern === undefined ? `\`${card.group.field}\`` : `\`${card.group.field}\` by a pattern`],
    ["splits", splitsOf(card)],
  ];
  return [
    `# ${card.name}`,
    card.summary,
    table(["", ""], facts),
    "## Fields",
    table(["field", "role", "language", "may be empty", "about"], Object.entries(card.fields).map(fieldLine)),
    ...collectionParts(card.collection ?? {}),
    "",
  ].join("\n\n");
}

function fieldLine([name, { role, language, optional, about }]: [string, CardField]): string[] {
  return [`\`${name}\``, role, language ?? "", optional ? "yes" : "", about ?? ""];
}

function splitsOf({ splits }: Card): string {
  if (splits.by === "field") return `by the field \`${splits.field}\``;
  if (splits.by === "hash") return `by the group's hash: test ${splits.testShare}, dev ${splits.devShare}`;
  return `by topic number: test multiples of ${splits.testMultiplesOf}, dev ${splits.dev.join(", ")}`;
}

function collectionParts(collection: Partial<CollectionRecord>): string[] {
  const { sources, duplicates, masked, rejected, leftOut, languages, lengths, groups } = collection;
  const removed: string[][] = [];
  if (groups !== undefined) removed.push(["groups", `${groups}`]);
  if (rejected !== undefined) removed.push(["set aside, in `rejected.jsonl`", `${rejected}`]);
  if (duplicates !== undefined) {
    removed.push(["exact duplicates removed", `${duplicates.exact}`]);
    const least =
      duplicates.threshold === null ? "not looked for" : `Jaccard similarity at least ${duplicates.threshold}`;
    removed.push([`near duplicates removed (${least})`, `${duplicates.near}`]);
    removed.push(["rows compared with 64 others and no more", `${duplicates.unchecked}`]);
  }
  if (masked === null) removed.push(["personal data masked", "no"]);
  if (masked) {
    removed.push(["e-mail addresses masked", `${masked.email}`], ["phone numbers masked", `${masked.phone}`]);
    removed.push(["identity-card numbers masked", `${masked.identityCard}`]);
  }
  for (const [field, rows] of Object.entries(leftOut ?? {}))
    removed.push([`left out: field \`${field}\``, `${rows} rows`]);
  const mixes = Object.entries(languages ?? {}).map(([field, mix]) => [
    `\`${field}\``,
    Object.entries(mix)
      .map(([language, count]) => `${language} ${count}`)
      .join(", "),
  ]);
  const quantiles = Object.entries(lengths ?? {}).map(([field, summary]) => [
    `\`${field}\``,
    ...Object.values(summary satisfies Lengths).map(String),
  ]);
  const files = (sources ?? []).map(({ file, rows, rejected: bad, sha256 }) => [
    file,
    `${rows}`,
    `${bad}`,
    `\`${sha256}\``,
  ]);
  return [
    ...(removed.length > 0 ? ["## Collection", table(["", "count"], removed)] : []),
    ...(mixes.length > 0 ? ["## Languages", table(["field", "texts"], mixes)] : []),
    ...(quantiles.length > 0
      ? ["## Lengths in characters", table(["field", "min", "5 %", "25 %", "median", "75 %", "95 %", "max"], quantiles)]
      : []),
    ...(files.length > 0 ? ["## Sources", table(["file", "rows", "set aside", "sha256"], files)] : []),
  ];
}

function table(head: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replace(/\|/g, "\\|").replace(/\n/g, " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

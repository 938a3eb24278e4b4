/** Which values of a MIME bundle nbformat stores as a list of lines. */
const splitTypes = new Set(["application/javascript", "image/svg+xml"]);

/** Python's `str.splitlines(True)`, by which Jupyter cuts texts: each line with its end. */
export function splitLines(text: string): string[] {
  return (
    text.match(
      /[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])|[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+$/g,
    ) ?? []
  );
}

/** A text that the file holds whole or as lines; anything else comes back as it is. */
export function joinLines(value: unknown): unknown {
  return Array.isArray(value) && value.every((line) => typeof line === "string") ? value.join("") : value;
}

/** A MIME bundle as the file has it. */
export function splitBundle(bundle: Record<string, unknown>): Record<string, unknown> {
  const split = ([type, value]: [string, unknown]): [string, unknown] =>
    typeof value === "string" && (type.startsWith("text/") || splitTypes.has(type))
      ? [type, splitLines(value)]
      : [type, value];
  return Object.fromEntries(Object.entries(bundle).map(split));
}

/** A MIME bundle as programs want it; JSON values stay as they are. */
export function joinBundle(bundle: Record<string, unknown>): Record<string, unknown> {
  const join = ([type, value]: [string, unknown]): [string, unknown] =>
    /^application\/(?:json$|.*\+json$)/.test(type) ? [type, value] : [type, joinLines(value)];
  return Object.fromEntries(Object.entries(bundle).map(join));
}

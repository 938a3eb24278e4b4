import { isDeepStrictEqual } from "node:util";

/** What an absent field of a cell's metadata means; editors write some of these when a cell is only looked at. */
const defaults: Record<string, readonly unknown[]> = {
  tags: [[]],
  editable: [true],
  deletable: [true],
  slideshow: [{}, { slide_type: "" }],
  jupyter: [{}],
};
/** The same of the fields of `jupyter`. */
const off = ["source_hidden", "outputs_hidden"];

/** A cell's metadata without fields that say no more than their absence would. */
export function withoutDefaults(metadata: Record<string, unknown>): Record<string, unknown> {
  const { jupyter } = metadata;
  const isObject = typeof jupyter === "object" && jupyter !== null && !Array.isArray(jupyter);
  const shown = isObject
    ? Object.entries(jupyter).filter(([name, value]) => value !== false || !off.includes(name))
    : [];
  const plain = isObject ? { ...metadata, jupyter: Object.fromEntries(shown) } : metadata;
  return Object.fromEntries(
    Object.entries(plain).filter(([name, value]) => !defaults[name]?.some((one) => isDeepStrictEqual(one, value))),
  );
}

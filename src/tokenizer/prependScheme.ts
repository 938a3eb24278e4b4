import type { Fields } from "./fields.ts";

/** Which sections a `Metaspace` part puts a mark before; older files say it by `add_prefix_space`. */
export function prependScheme(part: Fields): "always" | "first" | "never" {
  const older = part.boolean("add_prefix_space", true) ? "always" : "never";
  return part.oneOf("prepend_scheme", ["always", "first", "never"], older);
}

import type { Fields } from "./fields.ts";

export function onigRegex(source: string, part: Fields): RegExp {
  try {
    return new RegExp(source, "gu");
  } catch {
    throw part.error(`\`${part.part}.pattern\` has a regular expression that is not supported: ${source}`);
  }
}

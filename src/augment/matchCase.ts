/** A variant in the case of what it replaces: `YANG` -> `YG`, `Yang` -> `Yg`. One with capitals of its own keeps them. */
export function matchCase(variant: string, original: string): string {
  if (variant !== variant.toLowerCase()) return variant;
  const letters = original.replace(/[^\p{L}]/gu, "");
  if (letters.length > 1 && letters === letters.toUpperCase() && letters !== letters.toLowerCase())
    return variant.toUpperCase();
  const first = letters[0] ?? "";
  return first === first.toLowerCase() ? variant : variant[0].toUpperCase() + variant.slice(1);
}

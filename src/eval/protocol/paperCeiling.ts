/**
 * What a perfect model can expect of a protocol that accepts one text only: it puts the m texts of a group first, in an
 * order that nothing decides, so the one that counts is among the first k with chance min(1, k / m).
 *
 * A model may lie above it by luck, or by a bias towards the texts that count.
 *
 * @param rivals m of each search, the text that counts included, the searching text not; at least one search
 */
export function paperCeiling(rivals: readonly number[], k: number): number {
  return rivals.reduce((sum, m) => sum + Math.min(1, k / m), 0) / rivals.length;
}

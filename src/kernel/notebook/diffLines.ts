/** One line of a diff: kept, removed or added. */
export interface DiffLine {
  sign: " " | "-" | "+";
  text: string;
}

/** Above so many pairs of lines the middle is told as replaced whole. */
const mostPairs = 4_000_000;

/** The lines that turn `before` into `after`, with the longest common subsequence kept; texts without line ends. */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  let start = 0;
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end++;
  const kept = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ sign: " ", text }));
  const middle = diffMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end));
  return [...kept(before.slice(0, start)), ...middle, ...kept(before.slice(before.length - end))];
}

function diffMiddle(a: readonly string[], b: readonly string[]): DiffLine[] {
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  if (a.length * b.length <= mostPairs) {
    const width = b.length + 1;
    // common[i * width + j]: length of the longest common subsequence of a[i..] and b[j..]
    const common = new Uint32Array((a.length + 1) * width);
    for (let r = a.length - 1; r >= 0; r--)
      for (let c = b.length - 1; c >= 0; c--) {
        const at = r * width + c;
        common[at] = a[r] === b[c] ? common[at + width + 1] + 1 : Math.max(common[at + width], common[at + 1]);
      }
    while (i < a.length && j < b.length) {
      const at = i * width + j;
      if (a[i] === b[j]) {
        lines.push({ sign: " ", text: a[i++] });
        j++;
      } else if (common[at + width] >= common[at + 1]) lines.push({ sign: "-", text: a[i++] });
      else lines.push({ sign: "+", text: b[j++] });
    }
  }
  for (; i < a.length; i++) lines.push({ sign: "-", text: a[i] });
  for (; j < b.length; j++) lines.push({ sign: "+", text: b[j] });
  return lines;
}

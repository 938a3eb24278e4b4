/**
 * Tells the reader what set-up does: one line when a step starts to work, one when it is done, with its time.
 * A step that finds nothing to do says nothing.
 *
 * @typedef {object} Report
 * @property {(step: string, text: string) => void} note
 * @property {<T>(step: string, text: string, work: () => Promise<T>) => Promise<T>} timed
 */

/**
 * @param {(line: string) => void} print
 * @param {() => number} now milliseconds
 * @returns {Report}
 */
export function makeReport(print, now) {
  const note = (step, text) => print(`  ${step.padEnd(12)} ${text}`);
  return {
    note,
    async timed(step, text, work) {
      note(step, `${text} ...`);
      const start = now();
      const result = await work();
      note(step, `done in ${seconds(now() - start)}`);
      return result;
    },
  };
}

/** Milliseconds as `1.2 s`. */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Bytes as `191.8 MB`, in steps of 1000 as pip and npm count. */
export function megabytes(bytes) {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

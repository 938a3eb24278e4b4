import type { Example } from "../data/examplesFrom.ts";
import type { MinedQuery } from "../mine/formatMined.ts";
import type { MineJob, MineOutcome } from "./mineJob.ts";
import { openOutput } from "./openOutput.ts";
import { toJson } from "./toJson.ts";

/** Mined rows, wherever they are kept. */
export interface MinedRows {
  summary: { found: number; short: number };
  /** How many examples there are, and negatives wanted for each. */
  pairs: number;
  perQuery: number;
  examples(): Iterable<Example> | AsyncIterable<Example>;
  queries(): Iterable<MinedQuery>;
}

/**
 * Mines, writes the rows in the form that is asked for, and then the report of false negatives, if one is. The report's
 * path is tried before the work begins.
 *
 * @param mine does the work and hands its result to `write`
 * @throws {Error} what mining or the disk throws; a report that is not whole is not left
 */
export async function writeMined(
  job: MineJob,
  mine: (write: (mined: MinedRows) => Promise<MineOutcome>) => Promise<MineOutcome>,
): Promise<MineOutcome> {
  const { options, terminal } = job;
  const report = options.report === undefined ? undefined : await openOutput(options.report, terminal);
  try {
    return await mine(async (mined) => {
      const rows = await writeRows(job, mined);
      if (report) {
        await report.write(await pageOf(job, mined));
        await report.finish();
      }
      return outcome(job, mined, rows);
    });
  } catch (error) {
    await report?.abandon();
    throw error;
  }
}

async function writeRows({ options, output }: MineJob, mined: MinedRows): Promise<number> {
  let rows = 0;
  if (options.format === "examples") {
    for await (const { query, pos, neg, negScores, group, domain } of mined.examples()) {
      await output.write(toJson({ query, pos, neg, negScores, group, domain }));
      rows++;
    }
    return rows;
  }
  const { formatMined } = await import("../mine/formatMined.ts");
  const { format, scores } = options;
  for (const row of formatMined(mined.queries(), { format, scores, perQuery: mined.perQuery })) {
    await output.write(toJson(row));
    rows++;
  }
  return rows;
}

async function pageOf({ options, source }: MineJob, mined: MinedRows): Promise<string> {
  const [{ falseNegatives }, { falseNegativePage }] = await Promise.all([
    import("../mine/falseNegatives.ts"),
    import("../mine/falseNegativePage.ts"),
  ]);
  let negatives = 0;
  const counted = function* (): Generator<MinedQuery> {
    for (const query of mined.queries()) {
      negatives += query.negatives.length;
      yield query;
    }
  };
  const suspects = falseNegatives(counted());
  return falseNegativePage({ suspects, negatives, scoredBy: options.rescore ?? source! });
}

function outcome({ options }: MineJob, { summary, pairs, perQuery }: MinedRows, rows: number): MineOutcome {
  const { found, short } = summary;
  const few = short === 0 ? "" : `; ${short} pairs found fewer than ${perQuery}`;
  const where = options.report === undefined ? "" : ` Suspects are in ${options.report}.`;
  const counts = { pairs, negatives: found };
  return {
    words: `${pairs} pairs now have ${found} hard negatives${few}.${where}`,
    counts: options.format === "examples" ? counts : { ...counts, rows },
  };
}

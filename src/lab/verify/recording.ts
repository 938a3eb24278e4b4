import type { ExportHead, ExportLine } from "../../track/exportRun.ts";
import type { DatasetInput } from "../../track/inputs.ts";

/** One point of a curve; NaN and infinities as they are. */
export interface RecordedPoint {
  step: number;
  value: number;
}

/** A file of a run; without `text` when it is large or binary. */
export interface RecordedFile {
  sha256: string;
  text?: string;
}

/** A run as its export tells it. */
export interface Recording {
  head: ExportHead;
  params: Record<string, string>;
  tags: Record<string, string>;
  /** Curve -> its points, by step. */
  metrics: Map<string, RecordedPoint[]>;
  datasets: DatasetInput[];
  /** Path -> file. */
  files: Map<string, RecordedFile>;
}

/** The recording that the lines of one exported run make. The first line must be of type `run`. */
export function recording(lines: Iterable<ExportLine>): Recording {
  const [first, ...rest] = lines;
  const made: Recording = {
    head: first as ExportLine & { type: "run" },
    params: {},
    tags: {},
    metrics: new Map(),
    datasets: [],
    files: new Map(),
  };
  for (const line of rest) {
    if (line.type === "param") made.params[line.key] = line.value;
    else if (line.type === "tag") made.tags[line.key] = line.value;
    else if (line.type === "dataset") made.datasets.push(line);
    else if (line.type === "artifact") made.files.set(line.path, { sha256: line.sha256, text: line.text });
    else if (line.type === "metric") {
      const points = made.metrics.get(line.key) ?? [];
      points.push({ step: line.step, value: Number(line.value) });
      made.metrics.set(line.key, points);
    }
  }
  for (const points of made.metrics.values()) points.sort((a, b) => a.step - b.step);
  return made;
}

import type { DoctorReport } from "./doctor.ts";

/** The doctor's report in words, one fact a line, with what is missing at the end. */
export function describeDoctor(report: DoctorReport): string {
  const { engine, devices, cpuCapability, threads, cores, memory, store, missing } = report;
  const facts: [name: string, value: string][] = [
    ["sulam", `${report.version} on Node ${report.node}, ${report.platform}`],
    ["engine", engine ?? "none"],
    ["devices", devices.join(", ") || "none"],
    [
      "CPU",
      `${cores} cores${cpuCapability ? `, ${cpuCapability}` : ""}${threads ? `, ${threads} threads in use` : ""}`,
    ],
    ["memory", `${gigabytes(memory.totalBytes)}, ${gigabytes(memory.freeBytes)} free`],
    ["runs", `${store.folder}${store.exists ? "" : " (none yet)"}`],
    ["python", report.python ?? "none"],
    ["minilm", report.minilm ?? "none"],
    ["compiler", report.compiler ?? "none"],
  ];
  const lines = facts.map(([name, value]) => `${name.padEnd(9)} ${value}`);
  const gaps = missing.map(({ what, command }) => `  ${what}\n    ${command}`);
  return [...lines, "", ...(gaps.length > 0 ? ["Missing:", ...gaps] : ["Nothing is missing."])].join("\n");
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

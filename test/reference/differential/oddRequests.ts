import { ODD_ADDRESSES } from "./oddAddresses.ts";
import { ODD_EXPERIMENTS } from "./oddExperiments.ts";
import { ODD_LOGGING } from "./oddLogging.ts";
import { ODD_RUNS } from "./oddRuns.ts";
import { ODD_SEARCHES } from "./oddSearches.ts";
import type { Recorded } from "./replay.ts";

/** Requests that no well-behaved client sends, written by hand; the later ones use what the earlier ones made. */
export const ODD_REQUESTS: readonly Recorded[] = [
  ...ODD_EXPERIMENTS,
  ...ODD_RUNS,
  ...ODD_LOGGING,
  ...ODD_SEARCHES,
  ...ODD_ADDRESSES,
];

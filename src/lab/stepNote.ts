import type { StepReport } from "../train/trainOptions.ts";

/** `loss 0.812, 3,921 tokens/s, 2 min left` */
export function stepNote({ loss, tokensPerSecond, secondsLeft }: StepReport): string {
  const speed = Math.round(tokensPerSecond).toLocaleString("en");
  const left = secondsLeft < 90 ? `${Math.ceil(secondsLeft)} s` : `${Math.round(secondsLeft / 60)} min`;
  return `loss ${loss.toFixed(3)}, ${speed} tokens/s, ${left} left`;
}

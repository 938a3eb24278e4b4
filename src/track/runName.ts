import { Random } from "../base/random.ts";

const QUALITIES = "bijak cerah cergas ceria gagah halus jujur lincah manis pantas ramah rajin riang sabar tenang teguh";
const CREATURES = "belalang cicak enggang gajah helang itik kancil kijang kura merak murai penyu rama rusa siput tenuk";

/** A run's name for those who give none, e.g. `rajin-enggang-417`: the same for the same id. */
export function runName(runId: string): string {
  const random = new Random(Number.parseInt(runId.slice(0, 8), 16));
  const [quality] = random.sample(QUALITIES.split(" "), 1);
  const [creature] = random.sample(CREATURES.split(" "), 1);
  return `${quality}-${creature}-${random.int(1000)}`;
}

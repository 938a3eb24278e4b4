import { Random, type RandomState } from "../base/random.ts";

/** What a `Sampler` needs to know. */
export interface SamplerOptions {
  /** Number of examples. */
  count: number;
  batchSize: number;
  epochs: number;
  /** A key of each example; no batch then holds two of one key. An example with `undefined` goes with any. */
  apart?: readonly (string | undefined)[];
  /** A key of each example; those of one key then stand in one batch, which may grow beyond `batchSize` for it. */
  together?: readonly string[];
  /** Draws the order of every epoch. */
  random: Random;
}

/** Where a sampler stands: plain JSON for a checkpoint. */
export interface SamplerState {
  epoch: number;
  /** Batches of this epoch already given. */
  batch: number;
  /** The generator as it was before this epoch was drawn. */
  random: RandomState;
}

/**
 * Gives the examples of each epoch in a fresh random order, `batchSize` indices at a time.
 * What does not fill a batch at an epoch's end is left out, unless it is all there is.
 *
 * Examples that share a passage are best kept together: the passage is then encoded once for all of them.
 */
export class Sampler {
  /** Batches of all epochs together. */
  readonly total: number;
  private readonly options: SamplerOptions;
  private position: SamplerState;
  private plan: number[][];

  constructor(options: SamplerOptions) {
    this.options = { ...options };
    this.position = { epoch: 0, batch: 0, random: options.random.state() };
    const rehearsal = Random.from(options.random.state());
    let total = 0;
    for (let epoch = 0; epoch < options.epochs; epoch++) total += planEpoch(options, rehearsal).length;
    this.total = total;
    this.plan = planEpoch(options, this.options.random);
  }

  /** The indices of the next batch; undefined after the last epoch. */
  next(): number[] | undefined {
    if (this.position.batch === this.plan.length) {
      if (this.position.epoch + 1 >= this.options.epochs) return undefined;
      this.position = { epoch: this.position.epoch + 1, batch: 0, random: this.options.random.state() };
      this.plan = planEpoch(this.options, this.options.random);
    }
    return this.plan[this.position.batch++];
  }

  state(): SamplerState {
    return { ...this.position };
  }

  /** Goes on where `state` was taken, by a sampler with the same options. */
  restore(state: SamplerState): void {
    const random = Random.from(state.random);
    this.plan = planEpoch(this.options, random);
    this.options.random = random;
    this.position = { ...state };
  }
}

/** The batches of one epoch. */
function planEpoch({ count, batchSize, apart, together }: SamplerOptions, random: Random): number[][] {
  const units = together === undefined ? Array.from({ length: count }, (_, i) => [i]) : unitsOf(together);
  const order = random.shuffle(units);
  const batches = apart ? keptApart(order.flat(), batchSize, apart) : inTurn(order, batchSize);
  const largest = units.reduce((most, unit) => Math.max(most, unit.length), 0);
  // With fewer keys than places, a batch of one from each key is as full as it gets.
  const places = apart ? Math.min(batchSize, apartAtMost(apart)) : batchSize;
  const full = batches.filter((batch) => batch.length + largest > places);
  return full.length > 0 ? full : batches.slice(0, 1);
}

/** How many examples can stand apart: one of each key, and all without a key. */
function apartAtMost(keys: readonly (string | undefined)[]): number {
  const named = keys.filter((key) => key !== undefined);
  return keys.length - named.length + new Set(named).size;
}

/** The examples of each key, in order of first appearance. */
function unitsOf(keys: readonly string[]): number[][] {
  const units = new Map<string, number[]>();
  keys.forEach((key, i) => {
    const unit = units.get(key);
    if (unit) unit.push(i);
    else units.set(key, [i]);
  });
  return [...units.values()];
}

/** Whole units, as many as fit. */
function inTurn(order: readonly number[][], batchSize: number): number[][] {
  const batches: number[][] = [];
  let batch: number[] = [];
  for (const unit of order) {
    if (batch.length > 0 && batch.length + unit.length > batchSize) {
      batches.push(batch);
      batch = [];
    }
    batch.push(...unit);
  }
  return [...batches, batch];
}

/** Batches without two of one key; an example that must wait goes first into a later batch. */
function keptApart(order: number[], batchSize: number, groups: readonly (string | undefined)[]): number[][] {
  const batches: number[][] = [];
  const waiting = new Map<string, number[]>();
  let at = 0;
  while (at < order.length || waiting.size > 0) {
    const batch: number[] = [];
    const taken = new Set<string>();
    for (const [group, queue] of waiting) {
      if (batch.length === batchSize) break;
      batch.push(queue.shift()!);
      taken.add(group);
      if (queue.length === 0) waiting.delete(group);
    }
    while (batch.length < batchSize && at < order.length) {
      const example = order[at++];
      const group = groups[example];
      if (group === undefined || !taken.has(group)) batch.push(example);
      else if (waiting.has(group)) waiting.get(group)!.push(example);
      else waiting.set(group, [example]);
      if (group !== undefined) taken.add(group);
    }
    batches.push(batch);
  }
  return batches;
}

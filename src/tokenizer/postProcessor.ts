import type { Fields } from "./fields.ts";
import { type PairTemplate, pairTemplate } from "./pairTemplate.ts";
import { specialIds } from "./specialIds.ts";

/** What a post-processor puts around a text, and around two. */
export interface PostProcessor {
  /** The ids before one text's own. */
  before: readonly number[];
  /** The ids behind them. */
  after: readonly number[];
  /** How a pair is put together, read when it is first asked for; undefined where the file does not say. */
  pair: (() => PairTemplate) | undefined;
}

/** One text after the other, the second of type 1: a pair to which nothing is added. */
const barePair = (): PairTemplate => [
  { text: 0, type: 0 },
  { text: 1, type: 1 },
];

/** Where there is no post-processor: nothing is added. */
export const noPostProcessor: PostProcessor = { before: [], after: [], pair: barePair };

const makers: Record<string, (part: Fields) => PostProcessor> = {
  BertProcessing: bert,
  ByteLevel: () => noPostProcessor,
  RobertaProcessing: roberta,
  Sequence: sequence,
  TemplateProcessing: template,
};

/**
 * What a `post_processor` part adds to one text, and to a pair.
 *
 * @throws {InputError} when its type is unknown or a field is wrong
 */
export function makePostProcessor(part: Fields): PostProcessor {
  const make = Object.hasOwn(makers, part.type) ? makers[part.type] : undefined;
  if (make === undefined) throw part.unknownType(Object.keys(makers));
  return make(part);
}

function sequence(part: Fields): PostProcessor {
  const steps = part.children("processors").map(makePostProcessor);
  const pairs = steps.map(({ pair }) => pair).filter((pair) => pair !== barePair);
  return {
    before: steps.toReversed().flatMap(({ before }) => before),
    after: steps.flatMap(({ after }) => after),
    // Of two templates, Hugging Face cannot apply the second to what the first made of a pair.
    pair: pairs.length === 0 ? barePair : pairs.length === 1 ? pairs[0] : undefined,
  };
}

function bert(part: Fields): PostProcessor {
  const [cls, sep] = [idOfPair(part, "cls"), idOfPair(part, "sep")];
  const pair: PairTemplate = [
    { ids: [cls], type: 0 },
    { text: 0, type: 0 },
    { ids: [sep], type: 0 },
    { text: 1, type: 1 },
    { ids: [sep], type: 1 },
  ];
  return { before: [cls], after: [sep], pair: () => pair };
}

function roberta(part: Fields): PostProcessor {
  const [cls, sep] = [idOfPair(part, "cls"), idOfPair(part, "sep")];
  const pair: PairTemplate = [
    { ids: [cls], type: 0 },
    { text: 0, type: 0 },
    { ids: [sep, sep], type: 0 },
    { text: 1, type: 0 },
    { ids: [sep], type: 0 },
  ];
  return { before: [cls], after: [sep], pair: () => pair };
}

function idOfPair(part: Fields, key: string): number {
  const id = part.array(key)[1];
  if (!Number.isInteger(id)) throw part.error(`\`${part.part}.${key}\` must be [token, id]`);
  return id as number;
}

function template(part: Fields): PostProcessor {
  const sides: number[][] = [[]];
  for (const piece of part.children("single")) {
    if (piece.has("Sequence")) sides.push([]);
    else sides[sides.length - 1].push(...specialIds(part, piece));
  }
  if (sides.length !== 2) throw part.error(`\`${part.part}.single\` must hold the sequence A exactly once`);
  // A model of single texts loads whatever its `pair` says.
  let known: PairTemplate | undefined;
  const pair = part.has("pair") ? () => (known ??= pairTemplate(part)) : undefined;
  return { before: sides[0], after: sides[1], pair };
}

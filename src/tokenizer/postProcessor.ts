import type { Fields } from "./fields.ts";

/** The ids that a post-processor puts before and behind one text's own. */
export interface PostProcessor {
  before: readonly number[];
  after: readonly number[];
}

const makers: Record<string, (part: Fields) => PostProcessor> = {
  BertProcessing: clsAndSep,
  ByteLevel: () => ({ before: [], after: [] }),
  RobertaProcessing: clsAndSep,
  Sequence: (part) =>
    part.children("processors").reduce<PostProcessor>(
      (inner, child) => {
        const outer = makePostProcessor(child);
        return { before: [...outer.before, ...inner.before], after: [...inner.after, ...outer.after] };
      },
      { before: [], after: [] },
    ),
  TemplateProcessing: template,
};

/**
 * What a `post_processor` part adds to one text. Pairs of texts are not encoded here, so their template is not read.
 *
 * @throws {InputError} when its type is unknown or a field is wrong
 */
export function makePostProcessor(part: Fields): PostProcessor {
  const make = Object.hasOwn(makers, part.type) ? makers[part.type] : undefined;
  if (make === undefined) throw part.unknownType(Object.keys(makers));
  return make(part);
}

function clsAndSep(part: Fields): PostProcessor {
  return { before: [idOfPair(part, "cls")], after: [idOfPair(part, "sep")] };
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
    else {
      const name = piece.child("SpecialToken").string("id");
      const ids = part.child("special_tokens").child(name).array("ids");
      if (!ids.every(Number.isInteger)) throw part.error(`\`${part.part}.special_tokens\` has no ids for ${name}`);
      sides[sides.length - 1].push(...(ids as number[]));
    }
  }
  if (sides.length !== 2) throw part.error(`\`${part.part}.single\` must hold the sequence A exactly once`);
  return { before: sides[0], after: sides[1] };
}

import type { JsonObject } from "./fields.ts";
import type { Vocabulary } from "./vocabulary.ts";

/**
 * The text of a `tokenizer.json` with the parts of `raw`, its vocabulary by ascending id. (A JavaScript object could
 * not keep that order: it puts keys that look like numbers first.)
 */
export function tokenizerJson(raw: JsonObject, vocabulary: Vocabulary): string {
  const vocab = Array.from(vocabulary.entries(), ([token, id]) => `${JSON.stringify(token)}:${id}`).join(",");
  const fields = (object: JsonObject): string[] =>
    Object.entries(object).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  const { model, ...rest } = raw;
  const { vocab: _, merges, ...head } = model as JsonObject;
  const body = [...fields(head), `"vocab":{${vocab}}`, ...(merges === undefined ? [] : fields({ merges }))];
  return `{${[...fields({ version: "1.0", ...rest }), `"model":{${body.join(",")}}`].join(",")}}`;
}

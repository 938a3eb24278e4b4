import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { detectLanguage } from "../../../src/data/collect/detectLanguage.ts";
import { LengthQuantiles } from "../../../src/data/collect/lengthQuantiles.ts";
import { loadDataset } from "../../../src/data/loadDataset.ts";
import { readRows } from "../../../src/data/readRows.ts";

const malay = await loadDataset("malay-mini");

function share(field: string, language: string): number {
  const texts = malay.rows.map((row) => row[field]).filter((text) => text !== "");
  return texts.filter((text) => detectLanguage(text) === language).length / texts.length;
}

describe("detectLanguage", () => {
  it("knows English, Thai and Mandarin in every text of malay-mini", () => {
    for (const [field, language] of [
      ["english", "en"],
      ["thai", "th"],
      ["mandarin", "zh"],
    ])
      assert.equal(share(field, language), 1, field);
  });

  it("knows Malay in 95 of 100 passages, questions and paraphrases of malay-mini, and in 9 of 10 chat messages", () => {
    for (const field of ["passage", "query", "paraphrase"]) assert.ok(share(field, "ms") > 0.95, `${field}`);
    assert.ok(share("queryColloquial", "ms") > 0.9, "queryColloquial");
  });

  it("takes more of the Indonesian questions for Indonesian than of the Malay ones, and errs to Malay", () => {
    assert.ok(share("indonesian", "id") > 0.35 && share("query", "id") < 0.03);
    assert.ok(share("indonesian", "id") + share("indonesian", "ms") > 0.99);
  });

  const texts: [string, string][] = [
    ["كراجأن مليسيا اكن ممبينا سكوله بارو دڠن ڤروونتوقن", "ms-Arab"],
    ["الحكومة تبني مدرسة جديدة في المدينة", "ar"],
    ["அரசு புதிய பள்ளி கட்டுகிறது", "ta"],
    ["政府将在该地区兴建新学校", "zh"],
    ["政府は新しい学校を建てます", "ja"],
    ["정부는 새 학교를 짓는다", "ko"],
    ["सरकार नया स्कूल बनाएगी", "hi"],
    ["Pemerintah akan membangun sekolah karena anggaran sudah bisa dipakai", "id"],
    ["Kerajaan akan membina sekolah kerana peruntukan sudah boleh digunakan", "ms"],
    ["12345 --- !!!", "und"],
    ["", "und"],
    ["Xyzzy plugh frotz", "und"],
  ];
  for (const [text, language] of texts)
    it(`calls ${text.slice(0, 30)} ${language}`, () => assert.equal(detectLanguage(text), language));

  const flores = join(process.env.SULAM_SHARED ?? "../shared", "data/ret-flores-ind2zsm");
  const skip = existsSync(flores) ? false : "the FLORES sets are not on this machine";
  it("knows Malay in 9 of 10 sentences of FLORES, which its words were not chosen by", { skip }, async () => {
    let [all, right] = [0, 0];
    for await (const { values } of readRows(`${flores}/corpus.jsonl.gz`)) {
      all++;
      if (detectLanguage(String(values.text)) === "ms") right++;
    }
    assert.ok(right / all > 0.9, `${right} of ${all}`);
  });
});

describe("LengthQuantiles", () => {
  it("gives quantiles by nearest rank, as worked out by hand", () => {
    const lengths = new LengthQuantiles();
    assert.equal(lengths.summary(), undefined);
    for (let i = 20; i >= 1; i--) lengths.add(i * 10);
    assert.deepEqual(lengths.summary(), { min: 10, p5: 10, p25: 50, median: 100, p75: 150, p95: 190, max: 200 });
    const one = new LengthQuantiles();
    one.add(7);
    assert.deepEqual(one.summary(), { min: 7, p5: 7, p25: 7, median: 7, p75: 7, p95: 7, max: 7 });
  });
});

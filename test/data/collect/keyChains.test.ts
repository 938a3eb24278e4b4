import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { Random } from "../../../src/base/random.ts";
import { BAND_ROWS, BANDS, bandKeys } from "../../../src/data/collect/bandKeys.ts";
import { hashText } from "../../../src/data/collect/hashText.ts";
import { KeyChains } from "../../../src/data/collect/keyChains.ts";
import { RowFile } from "../../../src/data/collect/rowFile.ts";
import { RowGroups } from "../../../src/data/collect/rowGroups.ts";

const dir = mkdtempSync(join(tmpdir(), "sulam-chains-"));
after(() => rmSync(dir, { recursive: true, force: true }));

describe("KeyChains", () => {
  it("gives the rows of each key, the latest first, as a Map does, also after its heads have doubled", () => {
    const random = new Random(1);
    const keys = Array.from({ length: 1000 }, () => random.uint32());
    const chains = new KeyChains();
    const map = new Map<number, number[]>();
    // 6 rows a head x 2^16 heads: the heads double once
    for (let row = 0; row < 600_000; row++) {
      const key = row % 3 === 0 ? keys[random.int(keys.length)] : random.uint32();
      if (row % 7 === 0) continue;
      chains.add(row, key);
      map.set(key, [row, ...(map.get(key) ?? [])]);
    }
    for (const key of keys) assert.deepEqual([...chains.rows(key)], map.get(key) ?? [], `key ${key}`);
    assert.deepEqual([...new KeyChains().rows(5)], []);
  });
});

describe("RowGroups", () => {
  it("joins as a list of labels does", () => {
    const random = new Random(2);
    const groups = new RowGroups();
    let labels = Array.from({ length: 500 }, () => groups.add());
    for (let i = 0; i < 400; i++) {
      const [a, b] = [random.int(500), random.int(500)];
      groups.join(a, b);
      const [low, high] = [Math.min(labels[a], labels[b]), Math.max(labels[a], labels[b])];
      labels = labels.map((label) => (label === high ? low : label));
    }
    assert.deepEqual(
      labels.map((_, row) => groups.find(row)),
      labels,
    );
  });
});

describe("RowFile", () => {
  it("reads any row again while it grows, line ends and other scripts among the texts", async () => {
    const random = new Random(3);
    const file = new RowFile(join(dir, "rows"));
    const row = (i: number) => ({ i, text: `é😀\n"ก"`.repeat(i % 40) });
    for (let i = 0; i < 30_000; i++) {
      file.append(row(i));
      if (i % 50 !== 0) continue;
      const at = random.int(i + 1);
      assert.deepEqual(file.read(at), row(at));
    }
    let count = 0;
    for await (const value of file.all()) assert.deepEqual(value, row(count++));
    assert.equal(count, 30_000);
    file.close();
  });
});

describe("bandKeys", () => {
  for (const both of [50, 80, 90])
    it(`meets in a band as often as 1 - (1 - J^${BAND_ROWS})^${BANDS} says, at J .${both}`, () => {
      let met = 0;
      for (let pair = 0; pair < 1000; pair++) {
        // of 100 shingles in all, `both` are shared and the rest dealt to one of the two
        const shingles = Array.from({ length: 100 }, (_, i) => hashText(`${pair} ${i}`));
        const half = both + (100 - both) / 2;
        const a = bandKeys(Uint32Array.from(shingles.slice(0, half)));
        const b = bandKeys(Uint32Array.from([...shingles.slice(0, both), ...shingles.slice(half)]));
        if (a.some((key, band) => key === b[band])) met++;
      }
      const due = 1 - (1 - (both / 100) ** BAND_ROWS) ** BANDS;
      // five standard deviations of a share of 1,000
      assert.ok(
        Math.abs(met / 1000 - due) <= 5 * Math.sqrt((due * (1 - due)) / 1000) + 0.002,
        `${met} of 1000, ${due}`,
      );
    });
});

describe("hashText", () => {
  it("is MurmurHash3 x86_32 of the text's UTF-16LE bytes, as scikit-learn has it", () => {
    // sklearn.utils.murmurhash3_32(text.encode("utf-16-le"), seed=seed, positive=True)
    const known: [string, number, number][] = [
      ["", 0, 415870660],
      ["ab", 374890698, 3630137044],
      ["abcd", 1157274932, 990645629],
      ["sulaman benang", 4157929908, 4187727340],
      ["é😀😀", 3568797613, 194492544],
    ];
    for (const [text, plain, seeded] of known)
      assert.deepEqual([hashText(text), hashText(text, 7)], [plain, seeded], text);
  });

  it("spreads: 200,000 texts that differ in a digit collide about as often as random numbers would", () => {
    const seen = new Set<number>();
    for (let i = 0; i < 200_000; i++) seen.add(hashText(`baris nombor ${i}`));
    // n^2 / 2^33 = 4.7 collisions are due
    assert.ok(200_000 - seen.size < 20, `${200_000 - seen.size} collisions`);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Random } from "../../src/base/random.ts";
import { loadDataset } from "../../src/data/loadDataset.ts";
import { findLeaks } from "../../src/eval/findLeaks.ts";
import { comparableText } from "../../src/eval/protocol/comparableText.ts";
import { refuseLeaks } from "../../src/eval/refuseLeaks.ts";

const sentence =
  "Bekalan air di lima kawasan perumahan akan terputus selama dua hari mulai pagi Khamis kerana paip utama dibaiki.";

describe("findLeaks", () => {
  it("finds a test text in training by each kind, and calls it by the plainest", async () => {
    const training = ["lain", sentence.toUpperCase().replaceAll(" ", "  "), sentence];
    assert.deepEqual(await findLeaks(training, ["baru", sentence]), [
      { kind: "exact", test: 1, training: 2, share: 1 },
    ]);
    assert.deepEqual(await findLeaks(training.slice(0, 2), [sentence]), [
      { kind: "normalised", test: 0, training: 1, share: 1 },
    ]);
    const [cut] = await findLeaks([`Awal cerita. ${sentence.slice(0, 90)} tamat.`], [sentence]);
    assert.deepEqual([cut.kind, cut.training], ["window", 0]);
    // its first 90 characters of 111 and no more, but for a space or so
    assert.ok(Math.abs(cut.share - 90 / 111) < 0.03, `${cut.share}`);
    assert.deepEqual(await findLeaks([sentence.slice(0, 50)], [sentence]), []);
    assert.equal((await findLeaks([sentence.slice(0, 50)], [sentence], { leastShare: 0.3 })).length, 1);
  });

  it("finds what a search for each window in each text finds", async () => {
    const random = new Random(2);
    const letters = "ab ";
    const make = () => Array.from({ length: 30 + random.int(40) }, () => letters[random.int(3)]).join("");
    const [training, test] = [Array.from({ length: 60 }, make), Array.from({ length: 60 }, make)];
    const window = 9;
    const options = { window, leastShare: 0.4 };
    const expected = test.flatMap((text, at) => {
      const plain = comparableText(text);
      const shares = training.map((other) => {
        const even = comparableText(other);
        const under = new Set<number>();
        for (let i = 0; i + window <= plain.length; i++)
          if (even.includes(plain.slice(i, i + window))) for (let j = 0; j < window; j++) under.add(i + j);
        return under.size / plain.length;
      });
      const best = Math.max(...shares);
      return best >= 0.4 ? [[at, shares.indexOf(best), best]] : [];
    });
    assert.ok(expected.length > 5 && expected.length < 55, `${expected.length} of 60`);
    const ours = await findLeaks(training, test, options);
    assert.deepEqual(
      ours.map((leak) => [leak.test, leak.training, leak.share]),
      expected,
    );
  });

  it("finds none between the splits of malay-mini, but all of its test split within the whole", async () => {
    const malay = await loadDataset("malay-mini");
    const { train, test } = malay.split();
    const passages = test.rows.map(({ passage }) => passage);
    assert.deepEqual(
      await findLeaks(
        train.rows.map(({ passage }) => passage),
        passages,
      ),
      [],
    );
    const all = await findLeaks(
      malay.passages.map(({ text }) => text),
      passages,
    );
    assert.deepEqual([all.length, all.every(({ kind }) => kind === "exact")], [180, true]);
  });

  it("reads training as a stream, and refuses a window that fits every text", async () => {
    async function* stream(): AsyncGenerator<string> {
      yield "lain";
      yield sentence;
    }
    assert.equal((await findLeaks(stream(), [sentence]))[0].training, 1);
    await assert.rejects(findLeaks([], [], { window: 3 }), /a window must be 8 characters or more, got 3/);
  });
});

describe("refuseLeaks", () => {
  const asked = { training: [sentence, "x"], test: [sentence, sentence, "y"], askBy: "--allow-leaks" };

  it("stops with the count, the first leak and what to say, or gives the leaks when asked to go on", async () => {
    await assert.rejects(
      refuseLeaks({ ...asked, allow: false }),
      /leak check: training has seen 1 of 2 test texts \(1 exact\), the first: "Bekalan air .*`--allow-leaks`/,
    );
    const { rows } = await refuseLeaks({ ...asked, allow: true });
    assert.deepEqual(rows, [["exact", 1, sentence, sentence]]);
    assert.deepEqual((await refuseLeaks({ ...asked, test: ["y"], allow: false })).rows, []);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { maskPersonalData } from "../../../src/data/collect/maskPersonalData.ts";

function masked(text: string): string {
  return maskPersonalData(text, { email: 0, identityCard: 0, phone: 0 });
}

describe("maskPersonalData", () => {
  const phones = [
    "012-345 6789",
    "0123456789",
    "+60123456789",
    "+6012-3456789",
    "+60 12-345 6789",
    "60123456789",
    "0060123456789",
    "+60 (0)12 345 6789",
    "011-1234 5678",
    "011-12345678",
    "01112345678",
    "015-4600 1234",
    "019.876.5432",
    "018 765 43 21",
    "03-2161 1234",
    "(03) 2161 1234",
    "(03) - 2161 1234",
    "+603-2161 1234",
    "+60 3 2161 1234",
    "03 21611234",
    "04-226 1234",
    "07-2231234",
    "082-234 567",
    "+6088-234567",
    "09–747 1234",
  ];
  for (const phone of phones)
    it(`masks the phone number ${phone}`, () => {
      assert.equal(masked(`Hubungi ${phone}, sekarang.`), "Hubungi [PHONE], sekarang.");
      assert.equal(masked(phone), "[PHONE]");
      assert.equal(masked(`tel:${phone}/${phone}`), "tel:[PHONE]/[PHONE]");
    });

  const kept = [
    "1-300-88-5465",
    "1-800-88-1234",
    "RM 12,345,678.90",
    "pada 03-11-2019 12:30",
    "2019-03-11",
    "03.12.2024",
    "999",
    "0-3-2-1",
    "3.0123456789",
    "010-12",
    "ISBN 978-983-01-2345-6",
    "skor 3-2, 21-15",
    "tahun 1998-2003",
    "01234567890123",
    "8888 8888 8888 8888",
    "991301-14-5678",
    "850230-14-5678",
    "850100-14-5678",
    "850101001234",
    "850101171234",
    "1850101-14-5678",
    "850101-14-56789",
    "850101-14 5678",
    "kata@",
    "@pengguna",
    "a@b",
    "harga @ RM2.50",
  ];
  for (const text of kept)
    it(`leaves ${text}`, () => {
      assert.equal(masked(text), text);
      assert.equal(masked(`ada ${text} di sini`), `ada ${text} di sini`);
    });

  const cards = [
    "850101-14-5678",
    "850101145678",
    "850101 14 5678",
    "000229-01-0001",
    "010203-14-5678",
    "691231-71-5006",
  ];
  for (const card of cards)
    it(`masks the identity-card number ${card}`, () => {
      assert.equal(masked(`No. K.P.: ${card}).`), "No. K.P.: [IC]).");
    });

  it("knows 29 February in leap years only", () => {
    assert.equal(masked("960229-10-1234 970229-10-1234"), "[IC] 970229-10-1234");
  });

  const emails = ["ali@example.com", "siti.aminah+kerja@jabatan.gov.my", "a_b-c%d@x-y.co.uk", "ali@contoh.рф"];
  for (const email of emails)
    it(`masks the address ${email}`, () => {
      assert.equal(masked(`E-mel: <${email}>.`), "E-mel: <[EMAIL]>.");
    });

  it("counts each kind, and masks an address before the number in it", () => {
    const counts = { email: 0, identityCard: 0, phone: 0 };
    const text = "0123456789@example.com, 012-3456789 atau 013-4567890, KP 850101-14-5678";
    assert.equal(maskPersonalData(text, counts), "[EMAIL], [PHONE] atau [PHONE], KP [IC]");
    assert.deepEqual(counts, { email: 1, identityCard: 1, phone: 2 });
  });

  it("reads long runs of letters, digits and signs in linear time", { timeout: 20_000 }, () => {
    for (const unit of ["a", "0", "1-", "a.", "@", "012 ", "60", "x@x.", "850101"]) {
      const text = unit.repeat(300_000 / unit.length);
      assert.equal(typeof masked(text), "string", unit);
    }
  });
});

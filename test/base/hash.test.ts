import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { sha256, sha256File } from "../../src/base/hash.ts";

// FIPS 180-2, appendix B.
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const MILLION_A = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

test("sha256 of texts, bytes and files is the standard's", async () => {
  assert.equal(sha256("abc"), ABC);
  assert.equal(sha256(Uint8Array.of(97, 98, 99)), ABC);
  const folder = mkdtempSync(join(tmpdir(), "sulam-hash-"));
  try {
    writeFileSync(join(folder, "a"), "a".repeat(1_000_000));
    assert.equal(await sha256File(join(folder, "a")), MILLION_A);
    await assert.rejects(sha256File(join(folder, "absent")), /ENOENT/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

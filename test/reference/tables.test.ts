import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ownKernel } from "../../src/kernel/client/kernelCommand.ts";
import { startKernel } from "../../src/kernel/client/startKernel.ts";
import { skip } from "./python.ts";

const peers = fileURLToPath(new URL("../peers/", import.meta.url));

const tables = {
  arquero: 'import { table } from "arquero"; table({ kata: ["padi", "sawah"], kali: [3, 5] });',
  "danfojs-node": `import * as danfo from "danfojs-node";
new danfo.DataFrame([["padi", 3], ["sawah", 5]], { columns: ["kata", "kali"] });`,
};

for (const [name, code] of Object.entries(tables))
  test(`the kernel shows a table of ${name} as an HTML table`, { skip }, async () => {
    assert.ok(existsSync(join(peers, "node_modules", name)), "`npm run reference` installs test/peers");
    const results: Record<string, string>[] = [];
    const kernel = await startKernel(ownKernel(), {
      cwd: peers,
      startTimeoutMs: 60_000,
      onIopub: ({ header, content }) => {
        if (header.msg_type === "execute_result") results.push(content.data as Record<string, string>);
      },
    });
    try {
      const { reply, idle } = kernel.client.execute(code);
      const { content } = await reply;
      assert.equal(content.status, "ok", String(content.evalue));
      await idle;
      assert.equal(results.length, 1);
      const html = results[0]["text/html"];
      for (const text of ["kata", "kali", "padi", "sawah", "3", "5"])
        assert.match(html, new RegExp(`<t[hd]>${text}</t[hd]>`), html);
    } finally {
      await kernel.stop();
    }
  });

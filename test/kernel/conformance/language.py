"""TypeScript as cells see it: types, await, redeclaration, imports of built-in modules."""
from __future__ import annotations

import os

from base import Base


class LanguageTests(Base):
    def test_last_expression_is_execute_result(self):
        r = self.ok("const q1 = 5; q1 * 2")
        self.assertEqual(r.result, "10", f"messages {[m['msg_type'] for m in r.msgs]}")
        n = r.of("execute_result")[0]["content"]["execution_count"]
        self.assertEqual(n, r.reply["content"]["execution_count"])

    def test_undefined_gives_no_result(self):
        r = self.ok("const q2 = 5;")
        self.assertEqual([m["msg_type"] for m in r.msgs if m["msg_type"] != "execute_input"], [])

    def test_await_top_level(self):
        self.prints("const a1 = await Promise.resolve(3); console.log(a1);", "3")

    def test_await_parenthesised(self):
        self.prints("const a2 = await (async () => 4)(); console.log(a2);", "4")

    def test_await_nested(self):
        self.prints("const fa = async () => ({ json: async () => 5 }); console.log(await (await fa()).json());", "5")

    def test_for_await(self):
        self.prints("let sum = 0; for await (const v of (async function* () { yield 1; yield 2; })()) sum += v; console.log(sum);", "3")

    def test_await_as_last_expression(self):
        self.assertEqual(self.ok("await Promise.resolve(6)").result, "6")

    def test_redeclare_const_class_function_type(self):
        self.ok("const rc = 1; class RC { v = 1 } function rf() { return 1 } type RT = number; interface RI { a: number }")
        self.ok("const rc = 'two'; class RC { v = 'x' } function rf() { return 'two' } type RT = string; interface RI { b: string }")
        self.prints("const rx: RT = rf(); const ri: RI = {b: 'k'}; console.log(rc + new RC().v + rx + ri.b);", "twoxtwok")

    def test_destructuring_and_closures_across_cells(self):
        self.ok("let cnt = 0; const inc = () => ++cnt; const { x: dx, ...drest } = { x: 1, y: 2, z: 3 };")
        self.ok("inc(); inc();")
        self.prints("console.log(cnt, dx, JSON.stringify(drest));", '2 1 {"y":2,"z":3}')

    def test_type_error_is_refused_and_not_run(self):
        r = self.run_code("console.log('MUST NOT RUN'); const te: number = 'text';")
        self.assertEqual(r.status, "error")
        self.assertNotIn("MUST NOT RUN", r.text())
        said = r.text("stderr") + str(r.reply["content"].get("evalue")) + str(r.reply["content"].get("traceback"))
        self.assertRegex(said, r"not assignable")

    def test_type_error_across_cells(self):
        self.ok("interface Pt { x: number } const pt: Pt = { x: 1 };")
        r = self.run_code("console.log('MUST NOT RUN', pt.nope);")
        self.assertEqual(r.status, "error")
        self.assertNotIn("MUST NOT RUN", r.text())

    def test_syntax_error_has_line(self):
        r = self.run_code("const ok1 = 1;\n\nconst = 3;")
        self.assertEqual(r.status, "error")
        said = r.text("stderr") + str(r.reply["content"].get("evalue")) + "\n".join(r.reply["content"].get("traceback") or [])
        self.assertRegex(said, r":3[:,)]|line 3|\(3,|(^|\s)3:\d")

    def test_modern_syntax(self):
        self.prints("const ms = { a: 1 } satisfies Record<string, number>; function idt<const T>(v: T) { return v } enum Co { R = 2 } "
                    "console.log(ms.a, idt(['k'])[0], Co.R, [3, 1, 2].toSorted().at(-1));", "1 k 2 3")

    def test_using_declaration(self):
        self.prints("{ using res = { [Symbol.dispose]() { console.log('disposed'); } }; } console.log('after');", "after")

    def test_symbols_survive_failing_cell(self):
        self.run_code("let sv = 41; sv++; throw new Error('x');")
        self.prints("console.log(sv);", "42")

    def test_node_builtins_and_dynamic_import(self):
        self.prints("import fs from 'node:fs'; import { join } from 'node:path'; const os = await import('node:os'); "
                    "console.log(typeof fs.readFileSync, join('a', 'b'), typeof os.cpus);", "function a/b function")

    def test_fetch_and_web_globals(self):
        self.prints("console.log(typeof fetch, typeof AbortController, typeof structuredClone, typeof performance.now());",
                    "function function function number")

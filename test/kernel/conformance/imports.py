"""A notebook that imports its project's source files."""
from __future__ import annotations

import pathlib
import shutil
import tempfile
import time

from base import Base


class ImportTests(Base):
    """A notebook in notebooks/ imports the project's source in ../src."""

    @classmethod
    def setUpClass(cls):
        cls.root = pathlib.Path(tempfile.mkdtemp(prefix="nbproj"))
        (cls.root / "src").mkdir()
        (cls.root / "notebooks").mkdir()
        (cls.root / "package.json").write_text('{"name":"p","type":"module","private":true}')
        (cls.root / "tsconfig.json").write_text('{"compilerOptions":{"target":"es2022","module":"nodenext","moduleResolution":"nodenext","strict":true,"baseUrl":".","paths":{"#lib/*":["./src/*"]}},"include":["src"]}')
        (cls.root / "deno.json").write_text('{"unstable":["sloppy-imports"]}')
        (cls.root / "src/b.ts").write_text("export const k: number = 2;\n\n\nexport function bad(): number {\n  throw new Error('in b');\n}\n")
        (cls.root / "src/a.ts").write_text("import { k } from './b.js';\n/** Doubles a number. */\nexport function dbl(x: number): number {\n  return x * k;\n}\n")
        (cls.root / "src/tla.ts").write_text("export const t: number = await Promise.resolve(9);\nexport const here: string = import.meta.url;\n")
        here = pathlib.Path("node_modules").resolve()
        if here.is_dir():  # tslab looks for @types/node from its working directory
            (cls.root / "node_modules").symlink_to(here)
        cls.cwd = str(cls.root / "notebooks")
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        shutil.rmtree(cls.root, ignore_errors=True)

    def test_import_js_suffix(self):
        self.prints("import { dbl } from '../src/a.js'; console.log(dbl(21));", "42", 40)

    def test_import_ts_suffix(self):
        self.prints("import { dbl as dbl2 } from '../src/a.ts'; console.log(dbl2(4));", "8", 40)

    def test_import_is_typed(self):
        r = self.run_code("import { dbl as dbl3 } from '../src/a.js'; console.log('MUST NOT RUN', dbl3('x'));", 40)
        self.assertEqual(r.status, "error")
        self.assertNotIn("MUST NOT RUN", r.text())
        said = r.text("stderr") + str(r.reply["content"].get("evalue")) + str(r.reply["content"].get("traceback"))
        self.assertRegex(said, "not assignable")

    def test_tsconfig_paths(self):
        self.prints("import { k } from '#lib/b.js'; console.log(k);", "2", 40)

    def test_top_level_await_and_import_meta_in_src(self):
        self.prints("import { t, here } from '../src/tla.js'; console.log(t, here.startsWith('file:'));", "9 true", 40)

    def test_source_frame_in_traceback(self):
        r = self.run_code("import { bad } from '../src/b.js'; bad();", 40)
        said = "\n".join(r.reply["content"].get("traceback") or []) + r.text("stderr")
        self.assertRegex(said, r"b\.ts:5")

    def test_edit_of_source_is_seen(self):
        f = self.root / "src/e.ts"
        f.write_text("export const v: string = 'old';\n")
        self.prints("import { v } from '../src/e.js'; console.log(v);", "old", 40)
        time.sleep(1.1)
        f.write_text("export const v: string = 'new';\n")
        self.prints("import { v } from '../src/e.js'; console.log(v);", "new", 40)

    def test_require(self):
        self.prints("console.log(typeof require('node:fs').readFileSync);", "function")

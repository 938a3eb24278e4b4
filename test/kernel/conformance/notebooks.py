"""Whole notebooks through nbclient, as `jupyter nbconvert --execute` runs them."""
from __future__ import annotations

import unittest

from dialects import KERNEL, START_TIMEOUT


class NotebookTests(unittest.TestCase):
    """Through nbclient, as `jupyter nbconvert --execute` does."""

    def execute(self, cells, allow_errors=False):
        import nbformat
        from nbclient import NotebookClient
        nb = nbformat.v4.new_notebook()
        for c in cells:
            src, tags = c if isinstance(c, tuple) else (c, [])
            cell = nbformat.v4.new_code_cell(src)
            if tags:
                cell.metadata["tags"] = tags
            nb.cells.append(cell)
        nb.metadata["kernelspec"] = {"name": KERNEL, "display_name": KERNEL, "language": "typescript"}
        err = None
        try:
            NotebookClient(nb, timeout=60, kernel_name=KERNEL, allow_errors=allow_errors, startup_timeout=int(START_TIMEOUT)).execute()
        except Exception as e:  # noqa: BLE001
            err = e
        return nb, err

    @staticmethod
    def out(cell):
        return "".join(o.get("text", "") for o in cell.outputs if o.output_type == "stream" and o.name == "stdout")

    def test_all_outputs_saved(self):
        nb, err = self.execute(["const n: number = 3; n * 2", "for (let i = 0; i < 3000; i++) console.log('l' + i);", "console.log('end');"])
        self.assertIsNone(err)
        self.assertEqual(self.out(nb.cells[1]).count("\n"), 3000)
        self.assertEqual(self.out(nb.cells[2]), "end\n")
        self.assertEqual([c.execution_count for c in nb.cells], [1, 2, 3])

    def test_cells_after_expected_error_run(self):
        nb, err = self.execute(["console.log('a');", ("throw new Error('expected');", ["raises-exception"]), "console.log('b');", "console.log('c');"])
        self.assertIsNone(err)
        self.assertEqual([self.out(nb.cells[i]) for i in (0, 2, 3)], ["a\n", "b\n", "c\n"])
        self.assertEqual([o.output_type for o in nb.cells[1].outputs], ["error"])

    def test_failure_names_the_error(self):
        nb, err = self.execute(["throw new Error('why it failed');"])
        self.assertIsNotNone(err, "a failing cell must fail the notebook")
        self.assertIn("why it failed", str(err))

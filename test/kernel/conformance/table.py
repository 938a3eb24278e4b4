"""Conformance tests for Jupyter kernels that run TypeScript, one line per test.

  KERNEL_NAME=sulam JUPYTER_PATH=<folder with kernels/> python table.py [SUITE...]

Needs jupyter_kernel_test >= 0.7, jupyter_client >= 8, nbformat and nbclient. Kernels inherit the working directory:
start it where the kernel's own `node_modules` is. Exit code 1 when a test fails.
"""
from __future__ import annotations

import os
import sys
import time
import unittest

from dialects import KERNEL
from errors import ErrorTests
from imports import ImportTests
from interrupt import InterruptTests
from language import LanguageTests
from lifecycle import LifecycleTests
from notebooks import NotebookTests
from output import OutputTests
from standard import StandardTests
from tooling import ToolingTests
from vscode import VsCodeTests

SUITES = (
    StandardTests,
    OutputTests,
    LanguageTests,
    ErrorTests,
    InterruptTests,
    ImportTests,
    ToolingTests,
    LifecycleTests,
    NotebookTests,
)

# how one frontend behaves, which no protocol asks of a kernel: run only when named
FRONTENDS = (VsCodeTests,)


def table():
    """Runs everything and prints `name  result  reason`."""
    class R(unittest.TextTestResult):
        rows: list = []

        def startTest(self, t):
            super().startTest(t)
            t._t0, t._sub = time.monotonic(), []

        def addSubTest(self, t, sub, err):
            if err:
                t._sub.append(str(err[1]).strip().split("\n")[0])

        def row(self, t, res, why=""):
            t = getattr(t, "test_case", t)
            self.rows.append((type(t).__name__, t._testMethodName, res, time.monotonic() - t._t0, " ".join(str(why).split())[:110]))

        def addSuccess(self, t):
            self.row(t, "FAIL" if t._sub else "pass", "; ".join(t._sub))

        def addFailure(self, t, e):
            self.row(t, "FAIL", e[1])

        def addError(self, t, e):
            if hasattr(t, "_t0"):
                self.row(t, "FAIL", f"{e[0].__name__}: {e[1]}")
            else:
                self.rows.append((str(t), "setUpClass", "FAIL", 0, f"{e[0].__name__}: {e[1]}"[:160]))

        def addSkip(self, t, why):
            self.row(t, "skip", why)

        def stopTest(self, t):
            mine = [r for r in self.rows if r[0] == type(t).__name__ and r[1] == t._testMethodName]
            if t._sub and not any(r[2] == "FAIL" for r in mine):
                self.row(t, "FAIL", "; ".join(t._sub))
            mine = [r for r in self.rows if r[0] == type(t).__name__ and r[1] == t._testMethodName]
            if mine:        # one row per test: the worst of its parts
                for r in mine:
                    self.rows.remove(r)
                r = sorted(mine, key=lambda r: ["FAIL", "skip", "pass"].index(r[2]))[0]
                self.rows.append(r)
                print(f"{r[0]:16} {r[1]:46} {r[2]:5} {r[3]:6.1f} s  {r[4]}", flush=True)

    suite = unittest.TestSuite()
    want = [a for a in sys.argv[1:] if not a.startswith("-")]
    for k in SUITES + FRONTENDS:
        if k.__name__ in want or (not want and k in SUITES):
            suite.addTests(unittest.defaultTestLoader.loadTestsFromTestCase(k))
    res = unittest.TextTestRunner(stream=open(os.devnull, "w"), resultclass=R).run(suite)
    rows = R.rows
    n = {k: sum(r[2] == k for r in rows) for k in ("pass", "FAIL", "skip")}
    for r in rows:
        if r[1] == "setUpClass":
            print(r)
    std = [r for r in rows if r[0] == "StandardTests"]
    print(f"KERNEL {KERNEL}: {n['pass']} pass, {n['FAIL']} fail, {n['skip']} skip of {len(rows)}; standard suite {sum(r[2] == 'pass' for r in std)}/{len(std)}")
    return 0 if not n["FAIL"] and res else 1


if __name__ == "__main__":
    sys.exit(table())

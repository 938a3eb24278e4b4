"""How a failing cell is told, and what happens to those behind it."""
from __future__ import annotations

import time
from queue import Empty

from base import Base, Run
from dialects import TIMEOUT


class ErrorTests(Base):
    def test_error_message_fields(self):
        r = self.run_code("class MyErr extends RangeError { override name = 'MyErr' }\nthrow new MyErr('bad value');")
        e = r.of("error")
        self.assertTrue(e, f"no error message; got {[m['msg_type'] for m in r.msgs]}")
        self.assertIn(e[0]["content"]["ename"], ("MyErr", "RangeError"))
        self.assertIn("bad value", e[0]["content"]["evalue"])
        self.assertTrue(e[0]["content"]["traceback"])
        self.assertEqual(r.reply["content"]["ename"], e[0]["content"]["ename"])

    def test_error_line_number(self):
        r = self.run_code("// one\n\nfunction deep() {\n  throw new Error('at four');\n}\ndeep();")
        said = "\n".join(r.reply["content"].get("traceback") or []) + r.text("stderr")
        self.assertRegex(said, r"deep[^\n]*:4[:)]", f"want line 4 in: {said[-500:]}")

    def test_throw_of_non_error(self):
        r = self.run_code("throw { code: 7 };")
        self.assertEqual(r.status, "error")
        self.assertTrue(r.of("error"))

    def test_unhandled_rejection_fails_or_reports(self):
        r = self.run_code("void Promise.reject(new Error('lost one')); await new Promise<void>(r => setTimeout(r, 200));")
        said = r.text("stderr") + str(r.reply["content"].get("evalue"))
        self.assertIn("lost one", said, "a lost rejection left no trace")
        self.ok("1;")

    def test_uncaught_exception_in_timer_keeps_kernel(self):
        self.run_code("setTimeout(() => { throw new Error('timer boom') }, 50); await new Promise<void>(r => setTimeout(r, 400));")
        self.prints("console.log('alive');", "alive")

    def test_process_exit_does_not_look_like_success(self):
        r = self.collect(self.request("console.log('before'); process.exit(3);"), 10, need_idle=False)
        self.assertNotEqual(r.status, "ok")

    def test_queued_cells_are_aborted(self):
        a = self.request("await new Promise<void>(r => setTimeout(r, 400)); throw new Error('first');", stop_on_error=True)
        b = self.request("console.log('second ran');")
        ra, rb = self.collect_two(a, b)
        self.assertEqual(ra.status, "error")
        self.assertNotIn("second ran", rb.text())
        self.assertEqual(rb.status, "aborted", "protocol 5.x: reply status of a skipped cell is 'aborted'")
        self.prints("console.log('later runs');", "later runs")

    def test_stop_on_error_false_goes_on(self):
        a = self.request("await new Promise<void>(r => setTimeout(r, 400)); throw new Error('first');", stop_on_error=False)
        b = self.request("console.log('second ran');")
        ra, rb = self.collect_two(a, b)
        self.assertEqual(ra.status, "error")
        self.assertIn("second ran", rb.text())

    def test_cell_right_after_an_error_runs(self):
        for _ in range(3):
            self.run_code("throw new Error('x');")
            r = self.collect(self.request("console.log('ran');", pause=False))
            self.assertEqual((r.status, r.text()), ("ok", "ran\n"), "the cell after a failed one was skipped or lost its output")

    def collect_two(self, a, b, timeout=TIMEOUT):
        t0, got, idle, rep = time.monotonic(), {a: [], b: []}, set(), {}
        while time.monotonic() - t0 < timeout and (len(rep) < 2 or len(idle) < 2):
            for get in (self.kc.get_iopub_msg, self.kc.get_shell_msg):
                try:
                    m = get(timeout=0.05)
                except Empty:
                    continue
                p = m["parent_header"].get("msg_id")
                if p in got:
                    if m["msg_type"] == "execute_reply":
                        rep[p] = m
                    elif m["msg_type"] == "status":
                        if m["content"]["execution_state"] == "idle":
                            idle.add(p)
                    else:
                        got[p].append(m)
        self.assertEqual(len(rep), 2, "a queued request got no reply")
        return Run(rep[a], got[a], 0), Run(rep[b], got[b], 0)

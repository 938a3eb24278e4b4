"""What a cell prints and shows, and that none of it is lost or misplaced."""
from __future__ import annotations

import time
from queue import Empty

from base import Base
from dialects import D


class OutputTests(Base):
    def first_line_comes_early(self, code):
        """The cell's first line is there long before its end, 1.5 s later, and its last line comes too."""
        mid = self.request(code)
        t0, first = time.monotonic(), None
        while time.monotonic() - t0 < 5 and first is None:
            try:
                m = self.kc.get_iopub_msg(timeout=0.2)
                if m["msg_type"] == "stream" and m["parent_header"].get("msg_id") == mid:
                    first = time.monotonic() - t0
            except Empty:
                pass
        r = self.collect(mid)
        self.assertIsNotNone(first)
        self.assertLess(first, 1.2, "first line came only after the cell ended")
        self.assertIn("late", r.text())

    def test_burst_3000_lines_in_order(self):
        r = self.ok("for (let i = 0; i < 3000; i++) console.log('line ' + i);", 40)
        self.assertEqual(r.text().split("\n")[:-1], [f"line {i}" for i in range(3000)])

    def test_burst_20000_lines(self):
        r = self.ok("for (let i = 0; i < 20000; i++) console.log('row ' + i);", 60)
        got = r.text().count("\n")
        self.assertEqual(got, 20000)
        self.assertLess(len(r.msgs), 4000, "output should be batched")

    def test_output_10_mb(self):
        r = self.ok("{ const s = 'x'.repeat(99) + '\\n'; for (let i = 0; i < 100; i++) process.stdout.write(s.repeat(1000)); }", 60)
        self.assertEqual(len(r.text()), 10_000_000)

    def test_stdout_stderr_interleave_order(self):
        r = self.ok("for (let i = 0; i < 5; i++) { console.log('o' + i); console.error('e' + i); }")
        self.assertEqual("".join(m["content"]["text"] for m in r.of("stream")), "".join(f"o{i}\ne{i}\n" for i in range(5)))

    def test_streaming_before_cell_ends(self):
        self.first_line_comes_early("console.log('early'); await new Promise<void>(r => setTimeout(r, 1500)); console.log('late');")

    def test_streaming_from_sync_loop(self):
        self.first_line_comes_early("{ const t = Date.now(); console.log('early'); while (Date.now() - t < 1500) {} console.log('late'); }")

    def test_child_process_output(self):
        r = self.ok("(await import('node:child_process')).spawnSync('echo', ['from child'], {stdio: 'inherit'}).status;")
        self.assertIn("from child", r.text())

    def test_late_output_goes_to_its_own_cell(self):
        a = self.request("setTimeout(() => console.log('late one'), 700);")
        self.collect(a)
        b = self.request("await new Promise<void>(r => setTimeout(r, 1500)); console.log('second');")
        t0, seen, idle = time.monotonic(), {}, False
        while time.monotonic() - t0 < 8 and not idle:
            try:
                m = self.kc.get_iopub_msg(timeout=0.2)
            except Empty:
                continue
            if m["msg_type"] == "stream":
                seen[m["content"]["text"].strip()] = m["parent_header"].get("msg_id")
            idle = m["msg_type"] == "status" and m["parent_header"].get("msg_id") == b and m["content"]["execution_state"] == "idle"
        self.assertEqual(seen.get("late one"), a, "text of cell 1 was filed under another cell or lost")

    def test_silent_request_publishes_nothing(self):
        r = self.collect(self.request("7777", silent=True))
        self.assertEqual(r.status, "ok")
        self.assertEqual([m["msg_type"] for m in r.msgs], [])

    def test_user_expressions(self):
        self.ok("const ue = 20;")
        r = self.collect(self.request("1", user_expressions={"a": "ue + 1", "b": "nope.nope"}))
        u = r.reply["content"].get("user_expressions") or {}
        self.assertEqual(u.get("a", {}).get("status"), "ok")
        self.assertIn("21", u["a"]["data"]["text/plain"])
        self.assertEqual(u.get("b", {}).get("status"), "error")

    def test_execution_count_and_execute_input(self):
        a, b = self.ok("1;"), self.ok("2;")
        na, nb = (x.reply["content"].get("execution_count") for x in (a, b))
        self.assertIsInstance(na, int)
        self.assertEqual(nb, na + 1)
        self.assertEqual([m["content"]["execution_count"] for m in b.of("execute_input")], [nb])

    def test_update_display_data(self):
        self.ok(D["prelude"] or "1;")
        r = self.ok(D["update"])
        first, second = r.of("display_data"), r.of("update_display_data")
        self.assertTrue(first and second, f"got {[m['msg_type'] for m in r.msgs]}")
        self.assertEqual(first[0]["content"]["transient"]["display_id"], second[0]["content"]["transient"]["display_id"])
        self.assertIn("two", second[-1]["content"]["data"]["text/html"])

    def test_plotly_bundle_has_fallback(self):
        if "tslab" not in (D["prelude"] or ""):
            self.skipTest("display.raw is tslab's API")
        r = self.ok(D["prelude"] + " display.raw('application/vnd.plotly.v1+json', {data: [], layout: {}} as any);")
        data = r.of("display_data")[0]["content"]["data"]
        self.assertIsInstance(data["application/vnd.plotly.v1+json"], dict)
        self.assertTrue({"text/html", "image/png", "text/plain"} & set(data), "no fallback for viewers without plotly")

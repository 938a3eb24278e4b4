"""What all our own tests share: a started kernel, and what one request led to.

No test passes on silence: all output must have arrived before the `idle` status of its own request.
"""
from __future__ import annotations

import re
import time
import unittest
from queue import Empty

from jupyter_client.manager import KernelManager
from jupyter_kernel_test.msgspec_v5 import validate_message

from dialects import KERNEL, START_TIMEOUT, TIMEOUT


class Run:
    """What one execute_request led to."""

    def __init__(self, reply, msgs, seconds):
        self.reply, self.msgs, self.seconds = reply, msgs, seconds

    @property
    def status(self):
        return self.reply["content"]["status"] if self.reply else "no reply"

    def of(self, kind):
        return [m for m in self.msgs if m["msg_type"] == kind]

    def text(self, name="stdout"):
        return "".join(m["content"]["text"] for m in self.of("stream") if m["content"]["name"] == name)

    @property
    def result(self):
        r = self.of("execute_result")
        return re.sub(r"\x1b\[[0-9;]*m", "", r[-1]["content"]["data"]["text/plain"]) if r else None


class Base(unittest.TestCase):
    longMessage = True
    cwd: str | None = None

    @classmethod
    def setUpClass(cls):
        cls.km = KernelManager(kernel_name=KERNEL)
        cls.km.start_kernel(cwd=cls.cwd) if cls.cwd else cls.km.start_kernel()
        cls.kc = cls.km.client()
        cls.kc.start_channels()
        cls.kc.wait_for_ready(timeout=START_TIMEOUT)
        cls.settle_cls()

    @classmethod
    def tearDownClass(cls):
        cls.kc.stop_channels()
        cls.km.shutdown_kernel(now=True)

    @classmethod
    def settle_cls(cls):
        for ch in (cls.kc.shell_channel, cls.kc.iopub_channel):
            while True:
                try:
                    ch.get_msg(timeout=0.1)
                except Empty:
                    break

    def setUp(self):
        if not self.km.is_alive():
            self.km.restart_kernel(now=True)
            self.kc.wait_for_ready(timeout=START_TIMEOUT)
        self.settle_cls()

    after_error = False

    def request(self, code, pause=True, **kw):
        # tslab drops requests for a while after an error; ErrorTests checks that (pause=False), the others step around it
        if self.after_error and pause:
            time.sleep(0.5)
        self.after_error = False
        return self.kc.execute(code, **{"allow_stdin": False, **kw})

    def collect(self, msg_id, timeout=TIMEOUT, need_idle=True):
        """All iopub messages of the request up to its idle, and its reply.  Strict: idle must come."""
        t0, msgs, idle, reply = time.monotonic(), [], False, None
        while time.monotonic() - t0 < timeout and not (idle and reply):
            try:
                m = self.kc.get_iopub_msg(timeout=0.05 if not idle else 0.01)
                if m["parent_header"].get("msg_id") == msg_id:
                    validate_message(m)
                    if m["msg_type"] == "status":
                        idle = idle or m["content"]["execution_state"] == "idle"
                    else:
                        msgs.append(m)
            except Empty:
                pass
            if reply is None:
                try:
                    m = self.kc.get_shell_msg(timeout=0.01)
                    if m["parent_header"].get("msg_id") == msg_id:
                        reply = m
                except Empty:
                    pass
        sec = time.monotonic() - t0
        self.after_error = reply is not None and reply["content"].get("status") != "ok"
        if need_idle:
            self.assertTrue(idle, f"no idle status within {timeout} s ({len(msgs)} messages seen)")
            self.assertIsNotNone(reply, f"no reply within {timeout} s")
        return Run(reply, msgs, sec)

    def run_code(self, code, timeout=TIMEOUT, **kw):
        return self.collect(self.request(code, **kw), timeout)

    def ok(self, code, timeout=TIMEOUT, **kw):
        r = self.run_code(code, timeout, **kw)
        why = (r.reply["content"].get("evalue") or r.text("stderr") or "")[-400:]
        self.assertEqual(r.status, "ok", f"cell failed: {code!r}: {why}")
        return r

    def prints(self, code, expected, timeout=TIMEOUT):
        """The cell prints exactly this last line (works also for kernels without execute_result)."""
        r = self.ok(code, timeout)
        lines = r.text().strip().split("\n")
        self.assertEqual(re.sub(r"\x1b\[[0-9;]*m", "", lines[-1]), expected, f"cell {code!r}")
        return r

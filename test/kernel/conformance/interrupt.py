"""Stopping a cell without losing the state, and the heartbeat meanwhile."""
from __future__ import annotations

import time

from base import Base
from dialects import START_TIMEOUT


class InterruptTests(Base):
    def interrupted(self, code, wait=1.0):
        mid = self.request(code)
        time.sleep(wait)
        t0 = time.monotonic()
        self.km.interrupt_kernel()
        r = self.collect(mid, 10, need_idle=False)
        took = time.monotonic() - t0
        if not self.km.is_alive():
            self.fail("the interrupt killed the kernel")
        if r.reply is None:
            self.km.restart_kernel(now=True)
            self.kc.wait_for_ready(timeout=START_TIMEOUT)
            self.fail("interrupt had no effect within 10 s (kernel was restarted)")
        self.assertEqual(r.status, "error")
        self.assertLess(took, 2.0, "took too long")
        return r

    def kept(self):
        self.prints("console.log(keep);", "7")

    def test_sync_infinite_loop(self):
        self.ok("let keep = 7;")
        self.interrupted("while (true) {}")
        self.kept()

    def test_sync_loop_after_await(self):
        self.ok("let keep = 7;")
        self.interrupted("await Promise.resolve(1); while (true) {}")
        self.kept()

    def test_pending_await(self):
        self.ok("let keep = 7;")
        self.interrupted("await new Promise<void>(() => {});")
        self.kept()

    def test_async_loop_stops(self):
        self.ok("let keep = 7; let ticks = 0;")
        self.interrupted("while (true) { ticks++; await new Promise<void>(r => setTimeout(r, 20)); }")
        self.kept()
        a = int(self.ok("console.log(ticks);").text())
        time.sleep(0.5)
        b = int(self.ok("console.log(ticks);").text())
        self.assertLessEqual(b - a, 1, "the loop kept on running after the interrupt")

    def test_heartbeat_during_sync_loop(self):
        mid = self.request("{ const t = Date.now(); while (Date.now() - t < 3000) {} }")
        time.sleep(0.4)
        import zmq
        ctx = zmq.Context()
        s = ctx.socket(zmq.REQ)
        s.linger = 0
        s.connect(f"tcp://{self.km.ip}:{self.km.hb_port}")
        s.send(b"ping")
        alive = s.poll(1200)
        s.close()
        ctx.term()
        self.collect(mid)
        self.assertTrue(alive, "no heartbeat while the cell computes")

    def test_idle_interrupt_is_harmless(self):
        self.ok("let keep = 7;")
        self.km.interrupt_kernel()
        time.sleep(0.5)
        self.assertTrue(self.km.is_alive(), "interrupt while idle killed the kernel")
        self.kept()

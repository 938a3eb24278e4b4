"""Restart and shutdown."""
from __future__ import annotations

import time

from jupyter_client.manager import KernelManager

from base import Base
from dialects import KERNEL, START_TIMEOUT


class LifecycleTests(Base):
    def test_restart_clears_state(self):
        self.ok("globalThis.rs = 1; const rs2 = 2;") if KERNEL == "deno" else self.ok("(globalThis as any).rs = 1; const rs2 = 2;")
        t0 = time.monotonic()
        self.km.restart_kernel(now=False)
        self.kc.wait_for_ready(timeout=START_TIMEOUT)
        self.assertLess(time.monotonic() - t0, 30)
        self.settle_cls()
        self.prints("console.log(typeof (globalThis as any).rs);", "undefined")

    def test_shutdown_is_prompt_and_clean(self):
        self.ends_after_shutdown(None, "still alive 5 s after shutdown_request")

    def test_shutdown_during_sync_loop(self):
        self.ends_after_shutdown("while (true) {}", "a busy kernel ignores shutdown_request on the control channel")

    def ends_after_shutdown(self, code, complaint):
        """A kernel of its own, running `code` if that is given, ends within 5 s of the request."""
        km = KernelManager(kernel_name=KERNEL)
        km.start_kernel()
        kc = km.client()
        kc.start_channels()
        kc.wait_for_ready(timeout=START_TIMEOUT)
        if code is not None:
            kc.execute(code)
            time.sleep(0.8)
        t0 = time.monotonic()
        kc.shutdown()
        while km.is_alive() and time.monotonic() - t0 < 5:
            time.sleep(0.1)
        alive = km.is_alive()
        kc.stop_channels()
        km.shutdown_kernel(now=True)
        self.assertFalse(alive, complaint)

"""Completion, inspection, input, comms, and messages that must not harm."""
from __future__ import annotations

import time
from queue import Empty

from jupyter_kernel_test.msgspec_v5 import validate_message

from base import Base
from dialects import TIMEOUT, D


class ToolingTests(Base):
    def complete(self, code, pos=None):
        mid = self.kc.complete(code, len(code) if pos is None else pos)
        r = self.kc.get_shell_msg(timeout=TIMEOUT)
        while r["parent_header"].get("msg_id") != mid:
            r = self.kc.get_shell_msg(timeout=TIMEOUT)
        validate_message(r, "complete_reply", mid)
        return r["content"]

    def applied(self, code, pos=None):
        """The full texts that the offered matches would give."""
        c = self.complete(code, pos)
        return [code[: c["cursor_start"]] + m + code[c["cursor_end"]:] for m in c["matches"]]

    def test_complete_builtin(self):
        self.assertIn("Math.floor", self.applied("Math.flo"))

    def test_complete_typed_object_members(self):
        self.ok("interface Cfg { learningRate: number; nested: { batchSize: number } } declare const zz: Cfg; const cfg: Cfg = { learningRate: 1, nested: { batchSize: 2 } };")
        self.assertIn("cfg.learningRate", self.applied("cfg.le"))
        self.assertIn("cfg.nested.batchSize", self.applied("cfg.nested."))

    def test_complete_inside_object_literal(self):
        self.ok("interface Opt { warmupSteps: number; weightDecay: number } function train(o: Opt) { return o; }")
        self.assertIn("train({ warmupSteps", self.applied("train({ war"))

    def test_complete_string_literal_union(self):
        self.ok("type Mode = 'train' | 'evaluate'; function mode(m: Mode) { return m; }")
        self.assertTrue([t for t in self.applied("mode('ev') ", 8) if "evaluate" in t])

    def test_complete_in_middle_of_cell(self):
        code = "const arr1 = [1, 2];\narr1.ma\nconsole.log(1);"
        self.assertIn("const arr1 = [1, 2];\narr1.map\nconsole.log(1);", self.applied(code, code.index("arr1.ma") + 7))

    def test_complete_after_astral_characters(self):
        code = "const e1 = '😀😀'; Math.flo"           # cursor_pos counts code points, not UTF-16 units
        self.assertIn("const e1 = '😀😀'; Math.floor", self.applied(code))

    def inspect(self, code, pos, level=0):
        mid = self.kc.inspect(code, pos, level)
        r = self.kc.get_shell_msg(timeout=TIMEOUT)
        while r["parent_header"].get("msg_id") != mid:
            r = self.kc.get_shell_msg(timeout=TIMEOUT)
        validate_message(r, "inspect_reply", mid)
        return r["content"]

    def test_inspect_type_and_docs(self):
        self.ok("/** Adds two numbers. */ function add2(a: number, b: number): number { return a + b; }")
        c = self.inspect("add2(1, 2)", 2)
        self.assertTrue(c["found"])
        t = c["data"]["text/plain"]
        self.assertIn("a: number", t)
        self.assertIn("Adds two numbers", t)

    def test_inspect_unknown_is_not_found(self):
        c = self.inspect("notThereAtAll", 4)
        self.assertEqual(c["status"], "ok")
        self.assertFalse(c["found"])

    def test_input_request(self):
        self.assertIsNotNone(D["prompt"], "the kernel offers no input call")
        self.ask(D["prompt"], "Ada", "hello Ada", False)

    def test_password_request(self):
        self.assertIsNotNone(D["password"], "the kernel offers no password call")
        self.ask(D["password"], "sesam", "len 5", True)

    def ask(self, code, answer, expect, password):
        mid = self.request(code, allow_stdin=True)
        try:
            m = self.kc.get_stdin_msg(timeout=6)
        except Empty:
            self.collect(mid, 4, need_idle=False)
            self.fail("no input_request came")
        self.assertEqual(m["msg_type"], "input_request")
        self.assertEqual(bool(m["content"]["password"]), password)
        self.kc.input(answer)
        self.assertIn(expect, self.collect(mid).text())

    def test_stdin_refused_when_not_allowed(self):
        self.assertIsNotNone(D["prompt"], "the kernel offers no input call")
        r = self.collect(self.request(D["prompt"].replace("who", "who2"), allow_stdin=False), 8, need_idle=False)
        self.assertEqual(r.status, "error", "must fail, not hang or answer by itself")

    def test_comm_info(self):
        mid = self.kc.comm_info()
        r = self.kc.get_shell_msg(timeout=6)
        while r["parent_header"].get("msg_id") != mid:
            r = self.kc.get_shell_msg(timeout=6)
        validate_message(r, "comm_info_reply", mid)

    def comm(self, kind, content):
        m = self.kc.session.msg(kind, content)
        self.kc.shell_channel.send(m)
        return m["header"]["msg_id"]

    def test_comm_unknown_target_is_closed(self):
        self.comm("comm_open", {"comm_id": "c-unknown", "target_name": "no-such", "data": {}})
        self.assertTrue(self.wait_comm("comm_close", "c-unknown"), "protocol: answer comm_open of an unknown target with comm_close")

    def test_comm_roundtrip(self):
        self.assertIsNotNone(D["comm_target"], "the kernel offers no comm call")
        self.ok(D["comm_target"])
        self.comm("comm_open", {"comm_id": "c1", "target_name": "echo", "data": {}})
        self.comm("comm_msg", {"comm_id": "c1", "data": {"n": 5}})
        m = self.wait_comm("comm_msg", "c1")
        self.assertTrue(m)
        self.assertEqual(m["content"]["data"]["got"], {"n": 5})

    def wait_comm(self, kind, cid, timeout=5):
        t0 = time.monotonic()
        while time.monotonic() - t0 < timeout:
            try:
                m = self.kc.get_iopub_msg(timeout=0.2)
            except Empty:
                continue
            if m["msg_type"] == kind and m["content"].get("comm_id") == cid:
                return m
        return None

    def test_unknown_message_does_not_break(self):
        self.comm("nonsense_request", {})
        time.sleep(0.3)
        self.prints("console.log('still fine');", "still fine")

    def test_kernel_info_fields(self):
        mid = self.kc.kernel_info()
        r = self.kc.get_shell_msg(timeout=6)
        while r["parent_header"].get("msg_id") != mid:
            r = self.kc.get_shell_msg(timeout=6)
        c = r["content"]
        self.assertEqual(c.get("status"), "ok")
        self.assertRegex(c["protocol_version"], r"^5\.")
        for k in ("mimetype", "file_extension", "name", "version"):
            self.assertTrue(c["language_info"].get(k), k)

    def test_bad_signature_is_ignored(self):
        from jupyter_client.session import Session
        import zmq
        ctx = zmq.Context()
        s = ctx.socket(zmq.DEALER)
        s.linger = 0
        s.connect(f"tcp://{self.km.ip}:{self.km.shell_port}")
        evil = Session(key=b"wrong")
        evil.send(s, "execute_request", {"code": "globalThis.evil = 1;", "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False})
        answered = s.poll(1500)
        s.close()
        ctx.term()
        self.assertFalse(answered, "a message with a wrong HMAC was answered")
        self.prints("console.log(typeof (globalThis as any).evil);", "undefined")

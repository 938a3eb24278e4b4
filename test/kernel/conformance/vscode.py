"""A session as VS Code's Jupyter extension holds it with a kernel that it starts itself.

What it sends, and on which channel, is taken from its sources (github.com/microsoft/vscode-jupyter, src/kernels/raw,
src/kernels/execution and src/standalone/intellisense). It differs from jupyter_client in these ways:

- it reads kernel.json, writes the connection file (without kernel_name) and starts the process itself, in no process
  group of its own; it ends a kernel by signals to all its processes, and restarts by a new process;
- it tries the ports of shell and iopub by bare TCP connections, and asks for kernel_info before they are bound;
- shell, control and stdin share one routing id, and nothing listens to the heartbeat;
- cells carry their cellId as metadata and `stop_on_error: false`; its own code runs with `store_history: false`;
- in `interrupt_mode: message` the interrupt_request goes to *shell*; an input_reply has no parent;
- completion is followed by several inspect_requests at once, on code that ends at the cursor.
"""
from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import uuid

import psutil
import zmq
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.session import Session

from dialects import KERNEL, START_TIMEOUT

PATIENCE = 60

HEADER = ("username", "version", "session", "msg_id", "msg_type")
# what @jupyterlab/services, through which all messages go, expects on iopub
FIELDS = {
    "stream": {"name": str, "text": str},
    "display_data": {"data": dict, "metadata": dict},
    "execute_input": {"code": str, "execution_count": int},
    "execute_result": {"execution_count": int, "data": dict, "metadata": dict},
    "error": {"ename": str, "evalue": str, "traceback": list},
    "status": {"execution_state": str},
    "clear_output": {"wait": bool},
    "comm_open": {"comm_id": str, "target_name": str, "data": dict},
    "comm_msg": {"comm_id": str, "data": dict},
    "comm_close": {"comm_id": str},
    "shutdown_reply": {"restart": bool},
}


def free_ports(n):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class VsCode:
    """The kernel's process and the extension's end of its sockets."""

    def __init__(self):
        spec_file = os.path.join(KernelSpecManager().find_kernel_specs()[KERNEL], "kernel.json")
        self.spec = json.load(open(spec_file))
        ports = free_ports(5)
        names = ("control_port", "hb_port", "iopub_port", "shell_port", "stdin_port")
        self.key = str(uuid.uuid4())
        connection = {
            "key": self.key,
            "signature_scheme": "hmac-sha256",
            "transport": "tcp",
            "ip": "127.0.0.1",
            **dict(zip(names, ports)),
        }
        self.folder = tempfile.mkdtemp(prefix="kernel-v2-")
        file = os.path.join(self.folder, "connection.json")
        with open(file, "w") as f:
            json.dump(connection, f)
        argv = [word.replace("{connection_file}", file) for word in self.spec["argv"]]
        self.process = subprocess.Popen(argv, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.session = Session(key=self.key.encode(), username=str(uuid.uuid4()))
        self.context = zmq.Context()
        identity = str(uuid.uuid4()).encode()
        self.sockets = {}
        for name in ("iopub", "shell", "control", "stdin"):
            s = self.context.socket(zmq.SUB if name == "iopub" else zmq.DEALER)
            s.linger = 0
            s.rcvhwm = 0
            if name != "iopub":
                s.routing_id = identity
            s.connect(f"tcp://127.0.0.1:{connection[name + '_port']}")
            self.sockets[name] = s
        self.sockets["iopub"].subscribe(b"")
        self.messages = []
        info = self.send("kernel_info_request", {})  # before anything is bound
        for port in (connection["shell_port"], connection["iopub_port"]):
            self.try_port(port)
        self.info = self.reply(info, patience=START_TIMEOUT)["content"]
        for _ in range(20):  # iopub has no replay: it asks again until it has heard something
            again = self.send("kernel_info_request", {})
            self.reply(again)
            if self.wait(lambda m: m["channel"] == "iopub", 1.5):
                return
        raise AssertionError("nothing came on iopub")

    def try_port(self, port):
        end = time.monotonic() + START_TIMEOUT
        while time.monotonic() < end:
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError(f"nothing listens on port {port}")

    def send(self, kind, content, channel="shell", metadata=None):
        message = self.session.msg(kind, content, metadata=metadata)
        self.session.send(self.sockets[channel], message)
        return message["header"]["msg_id"]

    def receive(self, seconds):
        """Takes what came on any channel within so many seconds; checks that the extension could read it."""
        poller = zmq.Poller()
        for s in self.sockets.values():
            poller.register(s, zmq.POLLIN)
        ready = dict(poller.poll(seconds * 1000))
        for name, s in self.sockets.items():
            if s not in ready:
                continue
            _, frames = self.session.feed_identities(s.recv_multipart())
            message = self.session.deserialize(frames)
            message["channel"] = name
            for field in HEADER:
                assert isinstance(message["header"].get(field), str), f"{message['msg_type']}: header.{field}"
            for field, kind in FIELDS.get(message["msg_type"], {}).items() if name == "iopub" else ():
                value = message["content"].get(field)
                assert isinstance(value, kind), f"{message['msg_type']}: content.{field} is {value!r}"
            self.messages.append(message)

    def wait(self, wanted, patience=PATIENCE):
        end = time.monotonic() + patience
        seen = 0
        while True:
            for message in self.messages[seen:]:
                if wanted(message):
                    return message
            seen = len(self.messages)
            left = end - time.monotonic()
            if left < 0:
                return None
            self.receive(min(left, 0.2))

    def reply(self, mid, patience=PATIENCE):
        found = self.wait(lambda m: m["channel"] in ("shell", "control") and m["parent_header"].get("msg_id") == mid, patience)
        assert found, f"no reply to {mid}; the last messages: {[m['msg_type'] for m in self.messages[-10:]]}"
        return found

    def done(self, mid):
        """The reply, and iopub up to idle: what the extension calls the end of a request."""
        reply = self.reply(mid)
        idle = lambda m: m["msg_type"] == "status" and m["parent_header"].get("msg_id") == mid and m["content"]["execution_state"] == "idle"
        assert self.wait(idle), "no idle"
        return reply["content"], [m for m in self.messages if m["channel"] == "iopub" and m["parent_header"].get("msg_id") == mid]

    def cell(self, code, store_history=True):
        content = {"code": code, "silent": False, "stop_on_error": False, "allow_stdin": True, "store_history": store_history}
        metadata = {"cellId": f"vscode-notebook-cell:/home/a/a.ipynb#{uuid.uuid4()}", "tags": ["t"]} if store_history else None
        return self.send("execute_request", content, metadata=metadata)

    def run(self, code, **kw):
        return self.done(self.cell(code, **kw))

    @staticmethod
    def text(messages):
        return "".join(m["content"]["text"] for m in messages if m["msg_type"] == "stream")

    def tree(self):
        try:
            root = psutil.Process(self.process.pid)
            return [*root.children(recursive=True), root]
        except psutil.NoSuchProcess:
            return []

    def dispose(self):
        """SIGTERM to the children, then to the process itself."""
        tree = self.tree()
        for process in tree:
            try:
                process.send_signal(signal.SIGTERM)
            except psutil.NoSuchProcess:
                pass
        self.process.stdout.close()
        self.process.wait(PATIENCE)
        _, alive = psutil.wait_procs(tree, PATIENCE)
        for s in self.sockets.values():
            s.close()
        self.context.term()
        return alive


class VsCodeTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.code = VsCode()

    @classmethod
    def tearDownClass(cls):
        cls.code.dispose()

    def test_kernelspec_and_info(self):
        spec, info = self.code.spec, self.code.info
        self.assertEqual(sum("{connection_file}" in word for word in spec["argv"]), 1)
        self.assertTrue(os.path.isabs(spec["argv"][0]))
        self.assertEqual(spec["language"], "typescript")
        self.assertEqual(info["language_info"]["name"], "typescript")
        self.assertNotIn("debugger", info.get("supported_features", []), "no debugger is offered, as there is none")

    def test_own_code_does_not_count(self):
        first, _ = self.code.run("1")
        reply, messages = self.code.run("console.log('startup'); var vsc = 3;", store_history=False)
        self.assertEqual(reply["status"], "ok")
        self.assertEqual(self.code.text(messages), "startup\n")
        second, messages = self.code.run("vsc + 1")
        self.assertEqual(second["execution_count"], first["execution_count"] + 1)
        results = [m["content"]["data"]["text/plain"] for m in messages if m["msg_type"] == "execute_result"]
        self.assertEqual(results, ["4"])

    def test_cells_after_an_error_run(self):
        ids = [self.code.cell(c) for c in ("throw new Error('satu');", "console.log('dua');", "const x: number = 'tiga';", "console.log('empat');")]
        ended = [self.code.done(mid) for mid in ids]
        self.assertEqual([reply["status"] for reply, _ in ended], ["error", "ok", "error", "ok"])
        self.assertEqual([self.code.text(messages) for _, messages in ended], ["", "dua\n", "", "empat\n"])
        error = next(m for m in ended[2][1] if m["msg_type"] == "error")["content"]
        self.assertIn("TS2322", "\n".join(error["traceback"]))

    def test_interrupt_on_shell(self):
        for loop in ("console.log('mula'); while (true) {}", "console.log('mula'); await new Promise(() => {});"):
            with self.subTest(loop):
                mid = self.code.cell(loop)
                started = lambda m: m["msg_type"] == "stream" and m["parent_header"].get("msg_id") == mid
                self.assertTrue(self.code.wait(started), "the cell did not start")
                interrupt = self.code.send("interrupt_request", {}, channel="shell")
                self.assertEqual(self.code.reply(interrupt)["content"]["status"], "ok")
                reply, messages = self.code.done(mid)
                self.assertEqual(reply["status"], "error")
                self.assertTrue([m for m in messages if m["msg_type"] == "error"])
                self.assertEqual(self.code.text(self.code.run("console.log('hidup');")[1]), "hidup\n")

    def test_input_reply_without_parent(self):
        mid = self.code.cell("console.log('helo ' + await input('nama? '));")
        asked = self.code.wait(lambda m: m["channel"] == "stdin" and m["parent_header"].get("msg_id") == mid)
        self.assertEqual(asked["content"], {"prompt": "nama? ", "password": False})
        self.code.send("input_reply", {"status": "ok", "value": "Siti"}, channel="stdin")
        self.assertEqual(self.code.text(self.code.done(mid)[1]), "helo Siti\n")

    def test_completion_and_its_documentation(self):
        self.code.run("/** Rata-rata. */ function rataRata(xs: number[]): number { return xs.length; } const padi = { hasil: [1] };")
        code = "const a = 1;\npadi.ha"
        reply = self.code.reply(self.code.send("complete_request", {"code": code, "cursor_pos": len(code)}))["content"]
        types = reply["metadata"]["_jupyter_types_experimental"]
        self.assertGreaterEqual(len(types), len(reply["matches"]))
        item = next(t for t in types if t["text"] == "hasil")
        self.assertEqual(code[: item["start"]] + item["text"] + code[item["end"] :], "const a = 1;\npadi.hasil")
        self.assertTrue(item["type"])
        # it asks for the documentation of up to five at once, each as if it were typed, and takes the plain text
        words = ["rataRata", "padi.hasil", "Math.floor", "Promise.all", "tidakAda"]
        asked = [{"code": f"f({w}", "cursor_pos": len(f"f({w}"), "detail_level": 0} for w in words]
        replies = [self.code.reply(mid)["content"] for mid in [self.code.send("inspect_request", c) for c in asked]]
        self.assertEqual([r["status"] for r in replies], ["ok"] * 5)
        self.assertEqual([r["found"] for r in replies], [True, True, True, True, False])
        self.assertIn("Rata-rata.", replies[0]["data"]["text/plain"])

    def test_questions_in_parallel_while_a_cell_runs(self):
        mid = self.code.cell("console.log('mula'); for (const end = Date.now() + 3000; Date.now() < end; ); 'tamat'")
        self.assertTrue(self.code.wait(lambda m: m["msg_type"] == "stream" and m["parent_header"].get("msg_id") == mid))
        asked = [
            self.code.send("kernel_info_request", {}, channel="control"),
            self.code.send("debug_request", {"seq": 1, "type": "request", "command": "debugInfo"}, channel="control"),
            self.code.send("comm_info_request", {"target_name": "jupyter.widget"}),
            self.code.send("history_request", {"hist_access_type": "tail", "n": 2, "raw": True, "output": False}),
            self.code.send("kernel_info_request", {}),
            self.code.send("is_complete_request", {"code": "if (true) {"}),
        ]
        info, debug, comms, history, info2, complete = [self.code.reply(m)["content"] for m in asked]
        order = [m["parent_header"].get("msg_id") for m in self.code.messages if m["channel"] in ("shell", "control")]
        self.assertNotIn(mid, order, "the cell still runs")
        self.assertEqual(info, info2)
        self.assertEqual((debug["type"], debug["success"], debug["command"]), ("response", False, "debugInfo"))
        self.assertEqual(comms["comms"], {})
        self.assertEqual(len(history["history"]), 2)
        self.assertEqual(complete["status"], "incomplete")
        reply, messages = self.code.done(mid)
        self.assertEqual(reply["status"], "ok")
        # the state that it shows is the last it heard
        states = [m["content"]["execution_state"] for m in self.code.messages if m["msg_type"] == "status"]
        self.assertEqual(states[-1], "idle")

    def test_unknown_widget_comm_is_closed(self):
        self.code.send("comm_open", {"comm_id": "w1", "target_name": "jupyter.widget.control", "data": {}})
        self.assertTrue(self.code.wait(lambda m: m["msg_type"] == "comm_close" and m["content"]["comm_id"] == "w1"))

    def test_its_end_leaves_no_process(self):
        code = VsCode()
        code.run("const p = (await import('node:child_process')).spawn('sleep', ['600']);")
        self.assertGreaterEqual(len(code.tree()), 4)
        self.assertEqual(code.dispose(), [])

    def test_its_end_during_a_loop_leaves_no_process(self):
        code = VsCode()
        mid = code.cell("console.log('mula'); while (true) {}")
        self.assertTrue(code.wait(lambda m: m["msg_type"] == "stream" and m["parent_header"].get("msg_id") == mid))
        self.assertEqual(code.dispose(), [])

"""Start and cell times of Jupyter kernels, through jupyter_client, kernel by kernel in turns.

usage: kernel.py ROUNDS CELLS NAME...   (kernels found through JUPYTER_PATH)
Prints one JSON line of versions, then one a start: {"name", "info": s to kernel_info_reply, "first": s to the first
execute_reply, "cell": median ms of 20 trivial cells, "later": the same after CELLS cells, "pss": MB of the process tree
after the trivial cells, "laterPss": after CELLS cells}. Cells of CELLS are run in the first round only.
"""
import json
import statistics
import sys
import time
from queue import Empty

import jupyter_client
import psutil
from jupyter_client.manager import KernelManager


def pss(pid):
    """MB, shared pages counted by share, of a process and all below it."""
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(p.memory_full_info().pss for p in processes) / 1e6


def measure(name, cells):
    manager = KernelManager(kernel_name=name)
    start = time.monotonic()
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    # a request sent before the kernel listens waits in the socket
    client.kernel_info()
    while True:
        try:
            if client.get_shell_msg(timeout=5)["msg_type"] == "kernel_info_reply":
                break
        except Empty:
            client.kernel_info()
    info = time.monotonic() - start

    def cell(code):
        began = time.monotonic()
        wanted = client.execute(code)
        while True:
            reply = client.get_shell_msg(timeout=60)
            if reply["parent_header"].get("msg_id") == wanted:
                assert reply["content"]["status"] == "ok", (name, code, reply["content"])
                return (time.monotonic() - began) * 1000

    try:
        cell("1 + 1")
        found = {"name": name, "info": info, "first": time.monotonic() - start}
        found["cell"] = statistics.median(cell(f"{i} + 1") for i in range(20))
        found["pss"] = pss(manager.provisioner.pid)
        if cells:
            for i in range(cells):
                cell(f"const v{i} = {i}; const w{i % 50} = v{i} + 1;")
            found["later"] = statistics.median(cell(f"{i} + 1") for i in range(20))
            found["laterPss"] = pss(manager.provisioner.pid)
        return found
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


rounds, cells, names = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
print(json.dumps({"jupyter_client": jupyter_client.__version__}), flush=True)
for turn in range(rounds):
    for one in names:
        print(json.dumps(measure(one, cells if turn == 0 else 0)), flush=True)
print(json.dumps(None), flush=True)

"""The other side of bench/engine.ts: the same small operations, called from Python.

Prints a JSON line of versions when it is ready. Each line on stdin is the name of an operation; it runs it 2,000 times
and answers with {"microseconds": CPU time of one call}.
"""
import json
import sys
import time

import torch

CALLS = 2000
torch.set_num_threads(1)
one, small, rows = torch.ones(1), torch.ones(2, 2), torch.ones(512, 384)
weight = torch.ones(384)
leaf = torch.ones(1, requires_grad=True)


def gradient():
    with torch.enable_grad():
        return torch.autograd.grad((leaf * one).sum(), [leaf])


work = {
    "add": lambda: one + one,
    "addNumber": lambda: one + 2.0,
    "reshape": lambda: one.reshape(1, 1),
    "matmul": lambda: small @ small,
    "gradient": gradient,
    "rmsNorm": lambda: torch.rms_norm(rows, (384,), weight, 1e-5),
}
print(json.dumps({"torch": torch.__version__}), flush=True)
with torch.no_grad():
    for line in sys.stdin:
        f = work[line.strip()]
        start = time.process_time()
        for _ in range(CALLS):
            f()
        print(json.dumps({"microseconds": (time.process_time() - start) / CALLS * 1e6}), flush=True)

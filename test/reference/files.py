"""Writes a safetensors file for us to read, reads one that we wrote, and an .npy file of ours."""

import json
import sys

import numpy as np
import torch
from safetensors.torch import load_file, safe_open, save_file

question = json.load(open(sys.argv[1], encoding="utf-8"))
values = torch.tensor(question["values"], dtype=torch.float32).reshape(question["shape"])
save_file(
    {
        "float32": values,
        "bfloat16": values.bfloat16(),
        "float16": values.half(),
        "int64": (values * 1000).long(),
        "bool": values > 0,
        "empty": torch.zeros(0, 3),
        "scalar": torch.tensor(2.5),
    },
    question["theirs"],
    metadata={"format": "pt", "note": "tanda – 印"},
)
ours = load_file(question["ours"])
with safe_open(question["ours"], "pt") as file:
    metadata = file.metadata()
answer = {
    "ours": {name: [str(t.dtype), list(t.shape), t.float().flatten().tolist()] for name, t in ours.items()},
    "metadata": metadata,
    "rounded": values.bfloat16().float().flatten().tolist(),
    "half": values.half().float().flatten().tolist(),
    "npy": np.load(question["npy"]).tolist(),
}
json.dump(answer, open(sys.argv[2], "w", encoding="utf-8"))

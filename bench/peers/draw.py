"""Vectors for bench/mine.ts.

  draw.py FOLDER ROWS WIDTH QUERIES

Writes FOLDER/corpus.npy [ROWS, WIDTH] and FOLDER/queries.npy [QUERIES, WIDTH], Gaussian unit vectors of a fixed seed, a
piece at a time; then prints a JSON line of versions.
"""
import json
import os
import sys

import numpy as np

folder, *numbers = sys.argv[1:]
rows, width, queries = map(int, numbers)
random = np.random.default_rng(0)
for name, count in (("corpus.npy", rows), ("queries.npy", queries)):
    array = np.lib.format.open_memmap(os.path.join(folder, name), mode="w+", dtype=np.float32, shape=(count, width))
    for at in range(0, count, 65536):
        part = random.standard_normal((min(65536, count - at), width), dtype=np.float32)
        array[at: at + len(part)] = part / np.linalg.norm(part, axis=1, keepdims=True)
    array.flush()
print(json.dumps({"numpy": np.__version__}), flush=True)

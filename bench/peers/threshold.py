"""The other side of bench/inputs/thresholdMining.ts: the paper's notebooks, which sort all rows by distance for each row.

  threshold.py FOLDER ROWS WIDTH POSITIVE NEGATIVE COMMON

Writes FOLDER/rows.npy [ROWS, WIDTH]: directions of a fixed seed, ten near each other around each of ROWS / 10 centres,
which share one direction, so that rows of two centres have a cosine of about COMMON. Builds
scipy's KDTree(leafsize=40) and prints a JSON line of versions. Each line on stdin is "FROM TO", answered with {"seconds": CPU
seconds, "positives": the rows within POSITIVE of each}; the rows beyond NEGATIVE are gathered, too. One thread.
"""
import json
import os
import sys
import time

folder, *numbers = sys.argv[1:]
rows, width = map(int, numbers[:2])
positive, negative, common = map(float, numbers[2:])
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before the imports

import numpy as np
import scipy
from scipy.spatial import KDTree


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


random = np.random.default_rng(0)
centres = unit(random.standard_normal((-(-rows // 10), width), dtype=np.float32))
noise = unit(random.standard_normal((rows, width), dtype=np.float32))
own = unit(centres[np.arange(rows) // 10] + 0.3 * noise)
shared = unit(random.standard_normal((1, width), dtype=np.float32))
x = unit(np.sqrt(common) * shared + np.sqrt(1 - common) * own).astype(np.float32)
np.save(os.path.join(folder, "rows.npy"), x)
tree = KDTree(x, leafsize=40)
print(json.dumps({"scipy": scipy.__version__, "numpy": np.__version__}), flush=True)

for line in sys.stdin:
    first, last = map(int, line.split())
    start = time.process_time()
    near = []
    for i in range(first, last):
        distances, places = tree.query(x[i], k=rows)
        near.append([int(place) for place in places[distances <= positive] if place != i])
        far = places[distances > negative]
    print(json.dumps({"seconds": time.process_time() - start, "positives": near}), flush=True)

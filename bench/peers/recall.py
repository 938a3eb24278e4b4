"""The other side of bench/recall.ts: the loop of the paper's notebooks, one scikit-learn call and one sort a query.

  recall.py FOLDER ROWS WIDTH QUERIES K THREADS

Writes FOLDER/pool.npy [ROWS, WIDTH], Gaussian directions of a fixed seed, and FOLDER/queries.npy [QUERIES, WIDTH], where
query i is row i with noise of eight times its length, so that some miss. Prints a JSON line of versions; each line on
stdin is "FROM TO", answered with {"seconds": CPU seconds, "hits": 1 or 0 a query}.
"""
import json
import os
import sys
import time

folder, *numbers = sys.argv[1:]
rows, width, queries, k, threads = map(int, numbers)
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(threads)  # before the imports

import numpy as np
import sklearn
from sklearn.metrics.pairwise import cosine_distances


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


random = np.random.default_rng(0)
pool = unit(random.standard_normal((rows, width), dtype=np.float32))
asked = pool[:queries] + 8 * unit(random.standard_normal((queries, width), dtype=np.float32))
np.save(os.path.join(folder, "pool.npy"), pool)
np.save(os.path.join(folder, "queries.npy"), asked)
cosine_distances(asked[:1], pool)
print(json.dumps({"scikit-learn": sklearn.__version__, "numpy": np.__version__}), flush=True)

for line in sys.stdin:
    first, last = map(int, line.split())
    start = time.process_time()
    hits = []
    for i in range(first, last):
        distances = cosine_distances(asked[i: i + 1], pool)[0]
        top = sorted(range(len(distances)), key=distances.__getitem__)[:k]
        hits.append(int(i in top))
    print(json.dumps({"seconds": time.process_time() - start, "hits": hits}), flush=True)

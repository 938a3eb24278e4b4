"""The other side of bench/search.ts: FAISS's IndexFlatIP on unit vectors, which this script draws for both sides.

  search.py FOLDER ROWS WIDTH QUERIES K THREADS

Writes FOLDER/corpus.npy [ROWS, WIDTH] and FOLDER/queries.npy [QUERIES, WIDTH], Gaussian directions of a fixed seed, then
prints a JSON line of versions. Each line on stdin is a turn: it searches all queries, writes FOLDER/found.npy
[QUERIES, K] (as float32, which holds every row number below 2^24) and answers {"seconds": CPU seconds, "wall": seconds}.
Building the index is a copy of the vectors, and outside the clock.
"""
import json
import os
import sys
import time

folder, *numbers = sys.argv[1:]
rows, width, queries, k, threads = map(int, numbers)
os.environ["OMP_NUM_THREADS"] = str(threads)  # before the imports

import faiss
import numpy as np

faiss.omp_set_num_threads(threads)
random = np.random.default_rng(0)


def draw(name, count):
    """Unit rows, a piece at a time, straight into the file."""
    path = os.path.join(folder, name)
    array = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(count, width))
    for at in range(0, count, 65536):
        part = random.standard_normal((min(65536, count - at), width), dtype=np.float32)
        array[at: at + len(part)] = part / np.linalg.norm(part, axis=1, keepdims=True)
    array.flush()
    return array


index = faiss.IndexFlatIP(width)
corpus = draw("corpus.npy", rows)
for at in range(0, rows, 65536):
    index.add(corpus[at: at + 65536])
del corpus
asked = np.array(draw("queries.npy", queries))
index.search(asked[:8], k)
print(json.dumps({"faiss-cpu": faiss.__version__, "numpy": np.__version__}), flush=True)

for _ in sys.stdin:
    wall, start = time.perf_counter(), time.process_time()
    _, found = index.search(asked, k)
    seconds = time.process_time() - start
    answer = {"seconds": seconds, "wall": time.perf_counter() - wall}
    np.save(os.path.join(folder, "found.npy"), found.astype(np.float32))
    print(json.dumps(answer), flush=True)

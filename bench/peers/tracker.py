"""The client of bench/tracker.ts: MLflow's own, against a server or a SQLite file.

  tracker.py URI

Prints a JSON line of versions when it is ready. Each line on stdin is a task, answered with {"count": ..., "seconds": wall
time}:
  single N   N metrics, one a call
  batch N    N batches of 1,000 metrics; no run is made, so that a server that does nothing can be asked, too
  runs N     N runs with 10 params and 100 metrics
  search N   N times the 100 best runs by a metric; count is the number of runs found
"""
import json
import os
import sys
import time

os.environ.update(MLFLOW_DISABLE_TELEMETRY="true", DO_NOT_TRACK="true", MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT="true")

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param

uri, run, *_ = sys.argv[1:] + [None]
mlflow.set_tracking_uri(uri)
client = MlflowClient(uri)
exp = None if run else client.create_experiment(f"bench-{time.time_ns()}")
if not run:
    run = client.create_run(exp).info.run_id
    client.log_metric(run, "warm", 1.0)
step = 0


def single(n):
    global step
    for _ in range(n):
        client.log_metric(run, "loss", 1 / (step + 1), step=step)
        step += 1
    return n


def batch(n):
    global step
    for _ in range(n):
        now = int(time.time() * 1000)
        client.log_batch(run, metrics=[Metric(f"b{j % 10}", j * 0.5, now, step * 100 + j // 10) for j in range(1000)])
        step += 1
    return n * 1000


def runs(n):
    for r in range(n):
        made = client.create_run(exp).info.run_id
        now = int(time.time() * 1000)
        client.log_batch(made, params=[Param(f"p{i}", str(r * i)) for i in range(10)],
                         metrics=[Metric("loss", 1 / (s + 1) + r, now, s) for s in range(100)])
        client.set_terminated(made)
    return n


def search(n):
    return [len(client.search_runs([exp], max_results=100, order_by=["metrics.loss ASC"])) for _ in range(n)][-1]


TASKS = {"single": single, "batch": batch, "runs": runs, "search": search}
print(json.dumps({"mlflow": mlflow.__version__}), flush=True)
for line in sys.stdin:
    task, n = line.split()
    start = time.perf_counter()
    count = TASKS[task](int(n))
    print(json.dumps({"count": count, "seconds": time.perf_counter() - start}), flush=True)

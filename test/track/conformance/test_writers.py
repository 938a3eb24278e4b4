"""Several writers at once."""
from __future__ import annotations

import threading

from mlflow.entities import Metric, Param
from mlflow.exceptions import MlflowException


def test_parallel_writers_one_run(c, run):
    errs = []

    def work(w):
        try:
            for k in range(10):
                c.log_batch(run, metrics=[Metric(f"w{w}", k * 20 + i, 1000 + k, k * 20 + i) for i in range(20)], params=[Param(f"p{w}-{k}", "v")])
        except Exception as e:  # noqa: BLE001
            errs.append(e)
    ts = [threading.Thread(target=work, args=(w,)) for w in range(8)]
    [t.start() for t in ts]
    [t.join() for t in ts]
    assert not errs, errs[:2]
    assert c.get_run(run).data.metrics == {f"w{w}": 199.0 for w in range(8)}
    assert all(len(c.get_metric_history(run, f"w{w}")) == 200 for w in range(8))
    assert len(c.get_run(run).data.params) == 80


def test_parallel_run_creation(c, exp):
    ids, errs = [], []

    def work():
        try:
            for _ in range(5):
                r = c.create_run(exp).info.run_id
                c.log_metric(r, "m", 1)
                c.set_terminated(r)
                ids.append(r)
        except Exception as e:  # noqa: BLE001
            errs.append(e)
    ts = [threading.Thread(target=work) for _ in range(8)]
    [t.start() for t in ts]
    [t.join() for t in ts]
    assert not errs, errs[:2]
    assert len(set(ids)) == 40
    assert {r.info.run_id for r in c.search_runs([exp], "status = 'FINISHED' and metrics.m = 1")} == set(ids)


def test_parallel_same_experiment_name(c, name):
    res = []

    def work():
        try:
            res.append(c.create_experiment(name))
        except MlflowException as e:
            res.append(e.error_code)
    ts = [threading.Thread(target=work) for _ in range(6)]
    [t.start() for t in ts]
    [t.join() for t in ts]
    assert sorted(map(str.isdigit, res)) == [False] * 5 + [True], res
    assert {r for r in res if not r.isdigit()} == {"RESOURCE_ALREADY_EXISTS"}

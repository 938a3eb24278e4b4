"""Batches, and the data sets of a run."""
from __future__ import annotations

import mlflow
import requests
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag
from support import URI, fails, post


def test_batch_all_kinds(c, run):
    c.log_batch(run, metrics=[Metric("a", 1, 1, 1), Metric("a", 2, 2, 2), Metric("b", 3, 1, 0)],
                params=[Param("p", "1"), Param("q", "2")], tags=[RunTag("t", "x")])
    d = c.get_run(run).data
    assert d.metrics == {"a": 2, "b": 3} and d.params == {"p": "1", "q": "2"} and d.tags["t"] == "x"


def test_batch_empty(c, run):
    c.log_batch(run)


def test_batch_is_all_or_nothing(c, run):
    c.log_param(run, "p", "old")
    with fails("INVALID_PARAMETER_VALUE"):
        c.log_batch(run, metrics=[Metric("a", 1, 1, 1)], params=[Param("z", "1"), Param("p", "new")], tags=[RunTag("t", "x")])
    d = c.get_run(run).data
    assert d.params == {"p": "old"} and "t" not in d.tags and d.metrics == {}


def test_batch_limits(run):
    m = [{"key": "m", "value": i, "timestamp": 1, "step": i} for i in range(1001)]
    p = [{"key": f"p{i}", "value": "1"} for i in range(101)]
    cases = {"metrics": {"metrics": m}, "params": {"params": p}, "tags": {"tags": p}, "total": {"metrics": m[:950], "params": p[:51]}}
    for what, body in cases.items():
        r = post("runs/log-batch", run_id=run, **body)
        assert r.status_code == 400 and r.json()["error_code"] == "INVALID_PARAMETER_VALUE", what
    for body in ({"metrics": m[:1000]}, {"params": p[:100]}, {"tags": p[:100]}):
        assert post("runs/log-batch", run_id=run, **body).status_code == 200


def test_batch_duplicate_params_in_one_request(run):
    r = post("runs/log-batch", run_id=run, params=[{"key": "p", "value": "1"}, {"key": "p", "value": "2"}])
    assert r.status_code == 400 and r.json()["error_code"] == "INVALID_PARAMETER_VALUE"


def test_batch_names_the_bad_field(run):
    r = post("runs/log-batch", run_id=run, metrics=[{"key": "ok", "value": 1, "timestamp": 1, "step": 0}, {"key": "bad@", "value": 1, "timestamp": 1, "step": 0}])
    assert r.status_code == 400 and "bad@" in r.json()["message"]


def test_inputs_datasets(c, exp, run):
    ds = Dataset(name="wiki-ms", digest="abc123", source_type="local", source='{"path": "data/x"}', schema='{"cols": 2}', profile='{"rows": 10}')
    c.log_inputs(run, [DatasetInput(ds, [InputTag("mlflow.data.context", "training"), InputTag("split", "a")])])
    c.log_inputs(run, [DatasetInput(ds, [InputTag("mlflow.data.context", "training")])])
    ins = c.get_run(run).inputs.dataset_inputs
    assert len(ins) == 1
    d = ins[0].dataset
    assert (d.name, d.digest, d.source_type, d.source, d.schema, d.profile) == ("wiki-ms", "abc123", "local", '{"path": "data/x"}', '{"cols": 2}', '{"rows": 10}')
    assert {t.key: t.value for t in ins[0].tags} == {"mlflow.data.context": "training", "split": "a"}
    assert [r.info.run_id for r in c.search_runs([exp], "dataset.name = 'wiki-ms'")] == [run]
    assert [r.info.run_id for r in c.search_runs([exp], "dataset.digest = 'abc123' and dataset.context = 'training'")] == [run]
    assert list(c.search_runs([exp], "dataset.name = 'other'")) == []
    r = requests.post(URI + "/ajax-api/2.0/mlflow/experiments/search-datasets", json={"experiment_ids": [exp]}, timeout=10)
    assert [(s["name"], s["digest"], s["context"]) for s in r.json()["dataset_summaries"]] == [("wiki-ms", "abc123", "training")]


def test_inputs_limits(run):
    base = {"name": "n", "digest": "d", "source_type": "local", "source": "{}"}
    for over in ({"name": "x" * 501}, {"digest": "x" * 37}):
        r = post("runs/log-inputs", run_id=run, datasets=[{"dataset": {**base, **over}}])
        assert r.status_code == 400 and r.json()["error_code"] == "INVALID_PARAMETER_VALUE", r.text
    # (the real server accepts a dataset without name or source: not tested)

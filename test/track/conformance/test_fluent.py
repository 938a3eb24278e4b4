"""Scripts as people write them."""
from __future__ import annotations

import mlflow
import pytest
from support import URI


def test_fluent_full_script(c, name, tmp_path):
    mlflow.set_tracking_uri(URI)
    mlflow.set_experiment(name)
    with mlflow.start_run(run_name="parent", description="text") as p:
        mlflow.log_params({"lr": 0.1, "bs": 32})
        mlflow.log_metrics({"loss": 1.0, "acc": 0.5}, step=1)
        mlflow.log_metric("loss", 0.5, step=2)
        mlflow.set_tags({"stage": "dev"})
        mlflow.log_text("hello", "notes/a.txt")
        mlflow.log_dict({"k": [1, 2]}, "conf.json")
        with mlflow.start_run(nested=True, run_name="child") as ch:
            mlflow.log_metric("loss", 9)
        assert mlflow.active_run().info.run_id == p.info.run_id
    r = c.get_run(p.info.run_id)
    assert r.info.status == "FINISHED" and r.info.end_time >= r.info.start_time
    assert r.data.params == {"lr": "0.1", "bs": "32"} and r.data.metrics == {"loss": 0.5, "acc": 0.5}
    assert r.data.tags["stage"] == "dev" and r.data.tags["mlflow.note.content"] == "text" and r.data.tags["mlflow.source.type"] == "LOCAL"
    assert c.get_run(ch.info.run_id).data.tags["mlflow.parentRunId"] == p.info.run_id
    kids = c.search_runs([r.info.experiment_id], f"tags.mlflow.parentRunId = '{p.info.run_id}'")
    assert [k.info.run_id for k in kids] == [ch.info.run_id]
    assert mlflow.artifacts.load_text(f"runs:/{p.info.run_id}/notes/a.txt") == "hello"
    assert mlflow.artifacts.load_dict(f"runs:/{p.info.run_id}/conf.json") == {"k": [1, 2]}


def test_fluent_exception_marks_failed(c, name):
    mlflow.set_experiment(name)
    with pytest.raises(ZeroDivisionError):
        with mlflow.start_run() as r:
            1 / 0
    assert c.get_run(r.info.run_id).info.status == "FAILED"


def test_fluent_resume_run(c, name):
    mlflow.set_experiment(name)
    with mlflow.start_run() as r:
        mlflow.log_metric("a", 1, step=1)
    with mlflow.start_run(run_id=r.info.run_id):
        assert c.get_run(r.info.run_id).info.status == "RUNNING"
        mlflow.log_metric("a", 2, step=2)
    g = c.get_run(r.info.run_id)
    assert g.info.status == "FINISHED" and g.data.metrics == {"a": 2}


def test_fluent_log_input_dataset(c, name):
    import pandas as pd
    mlflow.set_experiment(name)
    with mlflow.start_run() as r:
        mlflow.log_input(mlflow.data.from_pandas(pd.DataFrame({"a": [1, 2]}), name="frame"), context="eval")
    ins = c.get_run(r.info.run_id).inputs.dataset_inputs
    assert ins[0].dataset.name == "frame" and {t.key: t.value for t in ins[0].tags}["mlflow.data.context"] == "eval"


def test_fluent_async_logging(c, name):
    mlflow.set_experiment(name)
    with mlflow.start_run() as r:
        for s in range(200):
            mlflow.log_metric("m", s, step=s, synchronous=False)
        mlflow.flush_async_logging()
    assert len(c.get_metric_history(r.info.run_id, "m")) == 200


def test_fluent_log_figure_like_bytes_and_table(c, name):
    mlflow.set_experiment(name)
    with mlflow.start_run() as r:
        mlflow.log_table({"q": ["a", "b"], "s": [1, 2]}, "t.json")
        mlflow.log_table({"q": ["c"], "s": [3]}, "t.json")
    assert len(mlflow.load_table("t.json", run_ids=[r.info.run_id])) == 3

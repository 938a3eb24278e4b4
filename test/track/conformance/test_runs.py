"""Runs, their params and their tags."""
from __future__ import annotations

import re

import mlflow
import pytest
from mlflow.entities import Metric, ViewType
from support import fails, get, now, post


def test_run_create_get(c, exp):
    t = now() - 5000
    r = c.create_run(exp, start_time=t, tags={"a": "1", "mlflow.user": "ada"}, run_name="first")
    assert re.fullmatch(r"[0-9a-f]{32}", r.info.run_id)
    g = c.get_run(r.info.run_id)
    assert (g.info.experiment_id, g.info.run_name, g.info.status, g.info.lifecycle_stage) == (exp, "first", "RUNNING", "active")
    assert (g.info.start_time, g.info.end_time) == (t, None)
    assert g.data.tags["a"] == "1" and g.data.tags["mlflow.runName"] == "first" and g.info.user_id == "ada"
    assert g.info.artifact_uri.endswith(f"/{exp}/{r.info.run_id}/artifacts")
    assert (g.data.metrics, g.data.params) == ({}, {})


def test_run_gets_a_name(c, run):
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d+", c.get_run(run).info.run_name)


def test_run_create_ignores_unknown_fields(exp):
    r = post("runs/create", experiment_id=exp, start_time=1, surprise={"x": 1})
    assert r.status_code == 200


def test_run_unknown_id(c):
    with fails("RESOURCE_DOES_NOT_EXIST"):
        c.get_run("0" * 32)


def test_run_without_id_is_invalid():
    r = get("runs/get")
    assert r.status_code == 400 and r.json()["error_code"] == "INVALID_PARAMETER_VALUE"


def test_run_in_unknown_experiment(c):
    with fails("RESOURCE_DOES_NOT_EXIST"):
        c.create_run("98765432")


@pytest.mark.parametrize("status", ["FINISHED", "FAILED", "KILLED"])
def test_run_terminate(c, run, status):
    c.set_terminated(run, status, end_time=1234567890123)
    i = c.get_run(run).info
    assert (i.status, i.end_time) == (status, 1234567890123)


def test_run_update_name_and_status(c, run):
    c.update_run(run, status="SCHEDULED", name="renamed")
    r = c.get_run(run)
    assert (r.info.status, r.info.run_name, r.data.tags["mlflow.runName"]) == ("SCHEDULED", "renamed", "renamed")


def test_run_rename_through_tag(c, run):
    c.set_tag(run, "mlflow.runName", "by-tag")
    assert c.get_run(run).info.run_name == "by-tag"


def test_run_delete_restore(c, exp, run):
    c.delete_run(run)
    assert c.get_run(run).info.lifecycle_stage == "deleted"
    assert [r.info.run_id for r in c.search_runs([exp])] == []
    assert [r.info.run_id for r in c.search_runs([exp], run_view_type=ViewType.DELETED_ONLY)] == [run]
    for f in (lambda: c.log_metric(run, "m", 1), lambda: c.log_param(run, "p", 1), lambda: c.set_tag(run, "t", 1),
              lambda: c.log_batch(run, metrics=[Metric("m", 1, 1, 1)])):
        with fails("INVALID_PARAMETER_VALUE"):
            f()
    c.restore_run(run)
    c.log_metric(run, "m", 1)
    assert c.get_run(run).info.lifecycle_stage == "active"


def test_logging_after_finish_is_allowed(c, run):
    c.set_terminated(run)
    c.log_metric(run, "late", 2.5)
    assert c.get_run(run).data.metrics == {"late": 2.5}


def test_params(c, run):
    assert c.log_param(run, "lr", 0.001) == 0.001
    c.log_param(run, "opt", "adamw")
    c.log_param(run, "ünï/co.de-_ x", "ß")
    assert c.get_run(run).data.params == {"lr": "0.001", "opt": "adamw", "ünï/co.de-_ x": "ß"}


def test_param_same_value_again_ok_other_value_refused(c, run):
    c.log_param(run, "lr", "1")
    c.log_param(run, "lr", "1")
    with fails("INVALID_PARAMETER_VALUE", "lr"):
        c.log_param(run, "lr", "2")
    assert c.get_run(run).data.params == {"lr": "1"}


def test_param_empty_value(c, run):
    c.log_param(run, "empty", "")
    assert c.get_run(run).data.params["empty"] == ""


def test_param_6000_ok_6001_is_cut(c, run):
    c.log_param(run, "a", "x" * 6000)
    c.log_param(run, "b", "y" * 6001)
    p = c.get_run(run).data.params
    assert (len(p["a"]), len(p["b"])) == (6000, 6000)


@pytest.mark.parametrize("bad", ["a@b", "../x", "a//b", "/abs", "x" * 251, ".", "a?b", "trail/"])
def test_bad_keys(run, bad):
    for path, body in (("runs/log-parameter", {"key": bad, "value": "1"}), ("runs/log-metric", {"key": bad, "value": 1, "timestamp": 1, "step": 0}),
                       ("runs/set-tag", {"key": bad, "value": "1"})):
        r = post(path, run_id=run, **body)
        assert r.status_code == 400 and r.json()["error_code"] == "INVALID_PARAMETER_VALUE", (path, r.text)


def test_key_of_250(c, run):
    c.log_metric(run, "m" * 250, 1)
    c.log_param(run, "p" * 250, 1)
    assert len(list(c.get_run(run).data.metrics)[0]) == 250


def test_tags(c, run):
    c.set_tag(run, "k", "v1")
    c.set_tag(run, "k", "v2")
    c.set_tag(run, "mlflow.note.content", "# **note**")
    assert c.get_run(run).data.tags["k"] == "v2"
    assert c.get_run(run).data.tags["mlflow.note.content"] == "# **note**"
    c.delete_tag(run, "k")
    assert "k" not in c.get_run(run).data.tags
    with fails("RESOURCE_DOES_NOT_EXIST", "k"):
        c.delete_tag(run, "k")


def test_tag_8000_ok_8001_refused(run):
    assert post("runs/set-tag", run_id=run, key="t", value="x" * 8000).status_code == 200
    r = post("runs/set-tag", run_id=run, key="t2", value="x" * 8001)
    assert (r.status_code == 400 and r.json()["error_code"] == "INVALID_PARAMETER_VALUE") or \
        len(get("runs/get", run_id=run).json()["run"]["data"]["tags"][-1]["value"]) <= 8000

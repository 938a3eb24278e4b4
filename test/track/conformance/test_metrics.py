"""Curves and their latest points."""
from __future__ import annotations

import math

import pytest
import requests
from mlflow.entities import Metric
from support import URI, get, now, post


def test_metric_latest_and_history(c, run):
    for s, v in enumerate([3.0, 2.0, 1.5]):
        c.log_metric(run, "loss", v, timestamp=1000 + s, step=s)
    assert c.get_run(run).data.metrics == {"loss": 1.5}
    h = c.get_metric_history(run, "loss")
    assert sorted((m.step, m.timestamp, m.value) for m in h) == [(0, 1000, 3.0), (1, 1001, 2.0), (2, 1002, 1.5)]


def test_metric_latest_is_by_step_then_time_then_value(c, run):
    c.log_metric(run, "a", 1, timestamp=10, step=5)
    c.log_metric(run, "a", 2, timestamp=99, step=3)
    assert c.get_run(run).data.metrics["a"] == 1
    c.log_metric(run, "a", 3, timestamp=11, step=5)
    assert c.get_run(run).data.metrics["a"] == 3
    c.log_metric(run, "a", 2.5, timestamp=11, step=5)
    assert c.get_run(run).data.metrics["a"] == 3
    assert len(c.get_metric_history(run, "a")) == 4


def test_metric_negative_step_and_default_step(c, run):
    c.log_metric(run, "n", 1, step=-5)
    c.log_metric(run, "d", 1)
    assert c.get_metric_history(run, "n")[0].step == -5
    assert c.get_metric_history(run, "d")[0].step == 0


def test_metric_nan_inf(c, run):
    c.log_metric(run, "nan", float("nan"), step=1)
    c.log_metric(run, "pinf", float("inf"), step=1)
    c.log_metric(run, "ninf", float("-inf"), step=1)
    m = c.get_run(run).data.metrics
    assert math.isnan(m["nan"])
    assert m["pinf"] >= 1.7976931348623157e308 and m["ninf"] <= -1.7976931348623157e308
    assert math.isnan(c.get_metric_history(run, "nan")[0].value)


def test_metric_nan_inf_as_json_strings(c, run):
    for i, v in enumerate(["NaN", "Infinity", "-Infinity"]):
        r = post("runs/log-metric", run_id=run, key="s", value=v, timestamp=1, step=i)
        assert r.status_code == 200, r.text
    h = {m.step: m.value for m in c.get_metric_history(run, "s")}
    assert math.isnan(h[0]) and h[1] > 1e308 and h[2] < -1e308


def test_metric_extreme_numbers(c, run):
    vals = [0.1 + 0.2, 5e-324, 1.7976931348623157e308, -0.0, 2**53 + 1.0, 1e-17, 123456789.123456789]
    for i, v in enumerate(vals):
        c.log_metric(run, "x", v, step=i)
    h = {m.step: m.value for m in c.get_metric_history(run, "x")}
    assert [h[i] for i in range(len(vals))] == vals


def test_metric_big_step_and_time(c, run):
    c.log_metric(run, "b", 1, timestamp=4102444800000, step=2**53)
    m = c.get_metric_history(run, "b")[0]
    assert (m.step, m.timestamp) == (2**53, 4102444800000)


@pytest.mark.parametrize("value", [None, "abc", {}, [1]])
def test_metric_bad_value(run, value):
    r = post("runs/log-metric", run_id=run, key="m", value=value, timestamp=1, step=0)
    if isinstance(value, (dict, list)):      # the real server answers 500 here; 400 is better
        assert r.status_code in (400, 500)
    else:
        assert r.status_code == 400 and r.json()["error_code"] == "INVALID_PARAMETER_VALUE"


def test_metric_identical_resend_is_ok(c, run):
    for _ in range(3):
        c.log_metric(run, "same", 1.5, timestamp=7, step=7)
    assert len(c.get_metric_history(run, "same")) == 1


def test_metric_history_of_unknown_key_is_empty(c, run):
    assert list(c.get_metric_history(run, "never")) == []


def test_metric_history_many_and_paged(c, run):
    t = now()
    for k in range(5):
        c.log_batch(run, metrics=[Metric("m", float(k * 1000 + i), t, k * 1000 + i) for i in range(1000)])
    h = c.get_metric_history(run, "m")
    assert len(h) == 5000 and {m.step for m in h} == set(range(5000))
    got, tok = [], None
    while True:
        q = {"run_id": run, "metric_key": "m", "max_results": 2000}
        if tok:
            q["page_token"] = tok
        b = get("metrics/get-history", **q).json()
        assert len(b["metrics"]) <= 2000
        got += b["metrics"]
        tok = b.get("next_page_token")
        if not tok:
            break
    assert len({m["step"] for m in got}) == 5000


def test_metric_history_bulk_interval_for_ui(c, exp):
    ids = [c.create_run(exp).info.run_id for _ in range(2)]
    for i in ids:
        c.log_batch(i, metrics=[Metric("m", float(s), 1000 + s, s) for s in range(1000)])
    r = requests.get(URI + "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval",
                     params={"run_ids": ids, "metric_key": "m", "max_results": 50}, timeout=30)
    assert r.status_code == 200, r.text
    ms = r.json()["metrics"]
    assert {m["run_id"] for m in ms} == set(ids)
    for i in ids:
        mine = [m for m in ms if m["run_id"] == i]
        assert 40 <= len(mine) <= 110 and {0, 999} <= {int(m["step"]) for m in mine}
    r = requests.get(URI + "/ajax-api/2.0/mlflow/metrics/get-history-bulk", params={"run_id": ids, "metric_key": "m"}, timeout=30)
    assert r.status_code == 200 and len(r.json()["metrics"]) == 2000

"""The server itself, and how it answers what is wrong."""
from __future__ import annotations

import re

import requests
from support import API, URI, get, post


def test_health_and_version(c):
    r = requests.get(URI + "/health", timeout=10)
    assert (r.status_code, r.text) == (200, "OK")
    r = requests.get(URI + "/version", timeout=10)
    assert r.status_code == 200 and re.match(r"^\d+\.\d+\.\d+", r.text)


def test_ui_root_is_html():
    r = requests.get(URI + "/", timeout=10)
    assert r.status_code == 200 and "text/html" in r.headers["content-type"]


def test_ajax_api_is_the_same_api(exp):
    r = requests.get(URI + "/ajax-api/2.0/mlflow/experiments/get", params={"experiment_id": exp}, timeout=10)
    assert r.json()["experiment"]["experiment_id"] == exp


def test_foreign_host_header_is_refused():
    r = requests.get(API + "experiments/get", params={"experiment_id": "0"}, headers={"Host": "evil.example.com"}, timeout=10)
    assert r.status_code == 403


def test_foreign_origin_may_not_write(name):
    r = requests.post(API + "experiments/create", json={"name": name}, headers={"Origin": "http://evil.example.com"}, timeout=10)
    assert r.status_code == 403


def test_unknown_route_is_404():
    assert requests.get(API + "no/such", timeout=10).status_code == 404


def test_error_body_shape():
    r = get("runs/get", run_id="f" * 32)
    b = r.json()
    assert r.status_code == 404 and b["error_code"] == "RESOURCE_DOES_NOT_EXIST" and isinstance(b["message"], str)


def test_not_json_body(run):
    r = requests.post(API + "runs/log-metric", data="{broken", headers={"Content-Type": "application/json"}, timeout=10)
    assert r.status_code == 400


def test_wrong_types(run):
    for path, body in (("runs/log-metric", {"run_id": run, "key": "m", "value": 1, "timestamp": "soon", "step": 0}),
                       ("runs/log-metric", {"run_id": run, "key": "m", "value": 1, "timestamp": 1, "step": "x"}),
                       ("runs/log-parameter", {"run_id": run, "value": "1"}),
                       ("experiments/create", {"name": 5, "tags": "x"})):
        r = requests.post(API + path, json=body, timeout=10)
        assert r.status_code == 400 and r.json()["error_code"] == "INVALID_PARAMETER_VALUE", (path, body, r.text[:200])


def test_int64_may_be_strings(c, run):
    r = post("runs/log-metric", run_id=run, key="m", value=1, timestamp="1700000000000", step="12")
    assert r.status_code == 200
    m = get("metrics/get-history", run_id=run, metric_key="m").json()["metrics"][0]
    assert (int(m["timestamp"]), int(m["step"])) == (1700000000000, 12)


def test_legacy_run_uuid_field(c, run):
    r = post("runs/log-metric", run_uuid=run, key="m", value=1, timestamp=1, step=0)
    assert r.status_code == 200
    b = get("runs/get", run_uuid=run).json()
    assert b["run"]["info"]["run_id"] == run and b["run"]["info"]["run_uuid"] == run

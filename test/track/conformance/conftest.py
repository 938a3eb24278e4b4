"""Conformance of an MLflow-compatible tracking server, seen by MLflow's Python client.

  MLFLOW_TEST_URI=http://127.0.0.1:5000 python -m pytest -q test/track/conformance

Needs mlflow, pytest and requests. Every expectation holds on MLflow's own server (3.17.2 and 3.18.0). The server may
hold other data: each test makes its own experiment under a random name. Out of scope: model registry, logged models,
traces, prompts, gateway, workspaces.
"""
from __future__ import annotations

import os
import uuid

os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("DO_NOT_TRACK", "true")

import mlflow
import pytest
from mlflow import MlflowClient

URI = os.environ.get("MLFLOW_TEST_URI", "").rstrip("/")
if not URI:
    pytest.exit("set MLFLOW_TEST_URI", returncode=2)


@pytest.fixture(scope="session")
def c():
    mlflow.set_tracking_uri(URI)
    return MlflowClient(URI)


@pytest.fixture
def name():
    return "t-" + uuid.uuid4().hex[:12]


@pytest.fixture
def exp(c, name):
    return c.create_experiment(name)


@pytest.fixture
def run(c, exp):
    return c.create_run(exp).info.run_id


@pytest.fixture(autouse=True)
def no_open_run():
    yield
    while mlflow.active_run():
        mlflow.end_run()

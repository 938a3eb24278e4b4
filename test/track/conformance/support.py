"""Where the server is, and short words for what the tests do again and again."""
from __future__ import annotations

import os
import time

import pytest
import requests
from mlflow.exceptions import MlflowException

URI = os.environ.get("MLFLOW_TEST_URI", "").rstrip("/")
API = URI + "/api/2.0/mlflow/"


def now():
    return int(time.time() * 1000)


def fails(code, *words):
    """Context: an MlflowException with that error_code, its message holding the words."""
    class X:
        def __enter__(self):
            self.r = pytest.raises(MlflowException)
            self.e = self.r.__enter__()
            return self.e

        def __exit__(self, *a):
            done = self.r.__exit__(*a)
            assert self.e.value.error_code == code, f"{self.e.value.error_code}: {self.e.value}"
            for w in words:
                assert w.lower() in str(self.e.value).lower(), str(self.e.value)
            return done
    return X()


def post(_route, **body):
    return requests.post(API + _route, json=body, timeout=30)


def get(_route, **params):
    return requests.get(API + _route, params=params, timeout=30)

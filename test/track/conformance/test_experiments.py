"""Experiments: made, renamed, tagged, deleted, found."""
from __future__ import annotations

import uuid

import mlflow
import pytest
from mlflow.entities import ViewType
from support import fails, now, post


def test_default_experiment_exists(c):
    e = c.get_experiment("0")
    assert e.name == "Default" and e.lifecycle_stage == "active"


def test_experiment_create_get(c, name):
    t0 = now()
    eid = c.create_experiment(name, tags={"team": "nlp", "ü": "ö"})
    assert isinstance(eid, str)
    e = c.get_experiment(eid)
    assert (e.experiment_id, e.name, e.lifecycle_stage) == (eid, name, "active")
    assert {k: v for k, v in e.tags.items() if not k.startswith("mlflow.")} == {"team": "nlp", "ü": "ö"}
    assert t0 - 2000 <= e.creation_time <= now() + 2000 and e.last_update_time >= e.creation_time
    assert e.artifact_location.startswith("mlflow-artifacts:/") and e.artifact_location.endswith("/" + eid)
    assert c.get_experiment_by_name(name).experiment_id == eid


def test_experiment_get_by_unknown_name_is_none(c):
    assert c.get_experiment_by_name("no-" + uuid.uuid4().hex) is None


def test_experiment_unknown_id(c):
    with fails("RESOURCE_DOES_NOT_EXIST"):
        c.get_experiment("99999999")


def test_experiment_duplicate_name(c, exp, name):
    with fails("RESOURCE_ALREADY_EXISTS", name):
        c.create_experiment(name)


@pytest.mark.parametrize("bad", ["", None])
def test_experiment_bad_name(bad):
    r = post("experiments/create", name=bad)
    assert r.status_code == 400 and r.json()["error_code"] == "INVALID_PARAMETER_VALUE"


def test_experiment_rename(c, exp, name):
    c.rename_experiment(exp, name + "-new")
    assert c.get_experiment(exp).name == name + "-new"
    assert c.get_experiment_by_name(name) is None


def test_experiment_tags(c, exp):
    c.set_experiment_tag(exp, "k", "v1")
    c.set_experiment_tag(exp, "k", "v2")
    assert c.get_experiment(exp).tags["k"] == "v2"
    c.delete_experiment_tag(exp, "k")
    assert "k" not in c.get_experiment(exp).tags


def test_experiment_delete_restore(c, exp, name, run):
    c.delete_experiment(exp)
    e = c.get_experiment(exp)
    assert e.lifecycle_stage == "deleted"
    assert c.get_run(run).info.lifecycle_stage == "deleted"
    with fails("INVALID_PARAMETER_VALUE"):
        c.create_run(exp)
    with fails("RESOURCE_ALREADY_EXISTS"):
        c.create_experiment(name)
    c.restore_experiment(exp)
    assert c.get_experiment(exp).lifecycle_stage == "active"
    assert c.get_run(run).info.lifecycle_stage == "active"


def test_search_experiments(c):
    base = "s" + uuid.uuid4().hex[:8]
    ids = [c.create_experiment(f"{base}-{i}", tags={"grp": base, "i": str(i)}) for i in range(7)]
    c.delete_experiment(ids[6])
    names = lambda **k: [e.name for e in c.search_experiments(**k)]
    q = f"name LIKE '{base}%'"
    assert names(filter_string=q, order_by=["name ASC"]) == [f"{base}-{i}" for i in range(6)]
    assert names(filter_string=q, order_by=["name DESC"]) == [f"{base}-{i}" for i in range(5, -1, -1)]
    assert names(filter_string=q, order_by=["creation_time DESC"])[0] == f"{base}-5"
    assert names(filter_string=f"tags.grp = '{base}' AND tags.i = '3'") == [f"{base}-3"]
    assert names(filter_string=f"name = '{base}-2'") == [f"{base}-2"]
    assert len(names(filter_string=q + f" and name != '{base}-2'")) == 5
    assert names(filter_string=f"name ILIKE '{base.upper()}-4'") == [f"{base}-4"]
    assert names(filter_string=q, view_type=ViewType.DELETED_ONLY) == [f"{base}-6"]
    assert len(names(filter_string=q, view_type=ViewType.ALL)) == 7
    got, tok = [], None
    while True:
        p = c.search_experiments(filter_string=q, max_results=2, order_by=["name ASC"], page_token=tok)
        assert len(p) <= 2
        got += [e.name for e in p]
        tok = p.token
        if not tok:
            break
    assert got == [f"{base}-{i}" for i in range(6)]


def test_search_experiments_bad_input(c):
    with fails("INVALID_PARAMETER_VALUE"):
        c.search_experiments(filter_string="nonsense = 'x'")
    with fails("INVALID_PARAMETER_VALUE"):
        c.search_experiments(order_by=["nope ASC"])
    with fails("INVALID_PARAMETER_VALUE"):
        c.search_experiments(page_token="!!notatoken!!")

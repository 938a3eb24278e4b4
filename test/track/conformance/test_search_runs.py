"""The filter language, order and pages."""
from __future__ import annotations

import uuid

import mlflow
import pytest
from mlflow.entities import Metric, Param
from support import fails, post


@pytest.fixture(scope="module")
def many(c):
    eid = c.create_experiment("many-" + uuid.uuid4().hex[:8])
    ids = []
    for i in range(25):
        r = c.create_run(eid, start_time=1000 + i, run_name=f"run-{i:02d}", tags={"parity": "even" if i % 2 == 0 else "odd", "my tag": str(i)}).info.run_id
        c.log_batch(r, metrics=[Metric("acc", i / 10, 1, 1), Metric("val/loss", 10.0 - i, 1, 1)] + ([Metric("only5", 1.0, 1, 1)] if i == 5 else []),
                    params=[Param("lr", f"{i % 5}e-3"), Param("idx", str(i))])
        c.set_terminated(r, "FAILED" if i == 7 else "FINISHED", end_time=2000 + i)
        ids.append(r)
    c.log_metric(ids[3], "nanny", float("nan"))
    c.log_metric(ids[4], "nanny", 1.0)
    return eid, ids


CASES = [
    ("metrics.acc > 2.2", [23, 24]),
    ("metrics.acc >= 2.3 and metrics.acc < 2.4", [23]),
    ("metrics.acc = 0.5", [5]),
    ("metrics.acc != 0.5 and metrics.acc <= 0.6", [0, 1, 2, 3, 4, 6]),
    ("metrics.`val/loss` < -13.5", [24]),
    ("metrics.\"val/loss\" < -13.5", [24]),
    ("params.lr = '3e-3'", [3, 8, 13, 18, 23]),
    ("params.lr != '3e-3' and params.idx LIKE '2%'", [2, 20, 21, 22, 24]),
    ("params.idx ILIKE '1_'", list(range(10, 20))),
    ("tags.parity = 'odd' and metrics.acc < 0.6", [1, 3, 5]),
    ("tags.`my tag` = '11'", [11]),
    ("tags.mlflow.runName = 'run-09'", [9]),
    ("attributes.status = 'FAILED'", [7]),
    ("status != 'FINISHED'", [7]),
    ("attributes.run_name LIKE 'run-1%' and tags.parity = 'even'", [10, 12, 14, 16, 18]),
    ("run_name = 'run-20'", [20]),
    ("start_time >= 1022", [22, 23, 24]),
    ("attributes.end_time < 2002", [0, 1]),
    ("metrics.only5 > 0", [5]),
    ("metrics.absent > 0", []),
    ("params.absent IS NULL and metrics.acc > 2.3", [24]),
    ("params.lr IS NOT NULL and metrics.acc < 0.1", [0]),
    ("tags.absent IS NULL and metrics.acc < 0.1", [0]),
]


@pytest.mark.parametrize("flt,want", CASES, ids=[x[0] for x in CASES])
def test_search_filter(c, many, flt, want):
    eid, ids = many
    got = {r.info.run_id for r in c.search_runs([eid], flt)}
    assert sorted(ids.index(g) for g in got) == want


def test_search_filter_run_id_in(c, many):
    eid, ids = many
    got = c.search_runs([eid], f"attributes.run_id IN ('{ids[1]}', '{ids[8]}')")
    assert {r.info.run_id for r in got} == {ids[1], ids[8]}
    assert [r.info.run_id for r in c.search_runs([eid], f"run_id = '{ids[2]}'")] == [ids[2]]


@pytest.mark.parametrize("bad", ["metrics.acc >", "metrics.acc > 'x'", "params.lr > 3", "foo.bar = 1", "params.lr = unquoted", "metrics.acc > 1 or metrics.acc < 0",
                                 "attributes.nope = 'x'", "status > 'F'", "'a' = 'a'", "tags.x = 1", "metrics.a = 1;"])
def test_search_bad_filter(c, many, bad):
    with fails("INVALID_PARAMETER_VALUE"):
        c.search_runs([many[0]], bad)


def order(c, many, *by, flt=""):
    eid, ids = many
    return [ids.index(r.info.run_id) for r in c.search_runs([eid], flt, order_by=list(by))]


def test_search_order(c, many):
    assert order(c, many) == list(range(24, -1, -1))                       # default: newest start first
    assert order(c, many, "metrics.acc ASC") == list(range(25))
    assert order(c, many, "metrics.`val/loss`") == list(range(24, -1, -1))
    assert order(c, many, "params.lr DESC", "metrics.acc ASC")[:5] == [4, 9, 14, 19, 24]
    assert order(c, many, "tags.parity ASC", "start_time DESC")[:3] == [24, 22, 20]
    assert order(c, many, "attributes.start_time ASC")[:3] == [0, 1, 2]
    assert order(c, many, "end_time DESC")[:2] == [24, 23]
    assert order(c, many, "run_name ASC")[:2] == [0, 1]
    assert order(c, many, "metrics.only5 DESC")[0] == 5                     # runs without it come last
    assert order(c, many, "metrics.only5 ASC")[0] == 5
    assert order(c, many, "metrics.nanny DESC")[:2] == [4, 3] and order(c, many, "metrics.nanny ASC")[:2] == [4, 3]


def test_search_bad_order(c, many):
    for bad in ("acc", "metrics.acc SIDEWAYS", "nope.x ASC"):
        with fails("INVALID_PARAMETER_VALUE"):
            c.search_runs([many[0]], order_by=[bad])


def test_search_pages(c, many):
    eid, ids = many
    got, tok, pages = [], None, 0
    while True:
        p = c.search_runs([eid], max_results=10, order_by=["metrics.acc ASC"], page_token=tok)
        got += [ids.index(r.info.run_id) for r in p]
        pages, tok = pages + 1, p.token
        if not tok:
            break
    assert got == list(range(25)) and pages == 3


def test_search_several_experiments_and_none(c, many, exp, run):
    eid, _ = many
    assert len(c.search_runs([eid, exp], max_results=1000)) == 26
    assert list(c.search_runs([])) == []


def test_search_max_results_limit():
    r = post("runs/search", experiment_ids=["0"], max_results=50001)
    assert r.status_code == 400 and r.json()["error_code"] == "INVALID_PARAMETER_VALUE"
    assert post("runs/search", experiment_ids=["0"], max_results=-1).status_code == 400


def test_search_returns_data_with_runs(c, many):
    eid, ids = many
    r = [x for x in c.search_runs([eid]) if x.info.run_id == ids[6]][0]
    assert r.data.metrics == {"acc": 0.6, "val/loss": 4.0} and r.data.params == {"lr": "1e-3", "idx": "6"} and r.data.tags["parity"] == "even"


def test_search_runs_pandas(many):
    df = mlflow.search_runs([many[0]], order_by=["metrics.acc ASC"])
    assert len(df) == 25 and list(df["params.idx"])[:3] == ["0", "1", "2"] and df["metrics.acc"][24] == 2.4

"""Records what MLflow's Python client sends in a session of work: one request a line, to session.jsonl beside this file.

  .venv-dev/bin/python test/reference/differential/record.py

The client speaks with an MLflow server of its own here. Ids become names, such as {run:1}, that a replay fills with the
ids of its server; `keep` says where an answer has them. Times are the client's and stay.
"""
from __future__ import annotations

import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

os.environ |= {
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
    "LOGNAME": "tester",
}

import mlflow
import numpy
import requests
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from mlflow.exceptions import MlflowException

HERE = pathlib.Path(__file__).parent
lines: list[dict] = []
names: dict[str, str] = {}
counts: dict[str, int] = {}


def named(kind: str, value: str) -> str:
    counts[kind] = counts.get(kind, 0) + 1
    names[f"{kind} {value}"] = f"{{{kind}:{counts[kind]}}}"
    return f"{kind}:{counts[kind]}"


def with_names(text: str) -> str:
    """Ids as their names; an experiment's id is a small number, which is one only where it stands for one."""
    for known, name in names.items():
        kind, value = known.split(" ")
        if kind != "experiment":
            text = text.replace(value, name)
            continue
        text = re.sub(rf'("experiment_id": |"experiment_ids": \[)"{value}"', rf'\1"{name}"', text)
        text = re.sub(rf"(experiment_id=){value}\b", rf"\1{name}", text)
        text = re.sub(rf"(artifacts/|path=|mlflow-artifacts:/){value}(/|%2F)", rf"\1{name}\2", text)
    return text


def kept(path: str, answer: requests.Response) -> dict[str, str]:
    if not answer.ok or "json" not in answer.headers.get("content-type", ""):
        return {}
    reply = answer.json()
    keep = {}
    if path.endswith("/runs/create"):
        keep[named("run", reply["run"]["info"]["run_id"])] = "run.info.run_id"
    if path.endswith("/experiments/create"):
        keep[named("experiment", reply["experiment_id"])] = "experiment_id"
    if token := reply.get("next_page_token"):
        keep[named("page", token)] = "next_page_token"
    return keep


def text_of(body) -> str | None:
    if body is None:
        return None
    if hasattr(body, "read"):
        at = body.tell()
        body, file = body.read(), body
        file.seek(at)
    return body.decode() if isinstance(body, bytes) else body


send = requests.adapters.HTTPAdapter.send


def recording(adapter, request, *args, **kwargs):
    body = text_of(request.body)
    line = {"method": request.method, "path": with_names(request.path_url)}
    if body is not None:
        is_json = "json" in request.headers.get("content-type", "")
        line["body" if is_json else "text"] = json.loads(with_names(json.dumps(json.loads(body)))) if is_json else body
    answer = send(adapter, request, *args, **kwargs)
    if keep := kept(request.path_url.split("?")[0], answer):
        line["keep"] = keep
    lines.append(line)
    return answer


def refused(call) -> None:
    try:
        call()
    except MlflowException:
        return
    raise AssertionError("the server took what it should refuse")


def fluent() -> None:
    mlflow.set_experiment("malay-embed")
    mlflow.set_experiment_tags({"team": "nlp", "tahap": "percubaan"})
    source = {"mlflow.source.name": "train.py", "mlflow.source.type": "LOCAL", "mlflow.source.git.commit": "0" * 40}
    with mlflow.start_run(run_name="induk", tags=source, description="satu larian"):
        mlflow.log_params({"lr": 1e-4, "model": "minilm", "pooling": "mean", "kosong": ""})
        mlflow.log_param("lr", 1e-4)
        for step in range(3):
            mlflow.log_metric("loss", 1 / (step + 1), step=step)
        mlflow.log_metrics({"recall/at_10": 0.5, "recall/at_1": 0.25}, step=3)
        mlflow.log_metric("nan", float("nan"))
        data = mlflow.data.from_numpy(numpy.arange(6.0).reshape(3, 2), name="malay-mini", digest="abc")
        mlflow.log_input(data, context="training", tags={"bahasa": "ms"})
        mlflow.log_text("selamat pagi", "catatan/nota.txt")
        mlflow.log_dict({"lr": 1e-4}, "config.json")
        mlflow.set_tag("emoji", "bunga 🌸")
        with mlflow.start_run(run_name="anak", nested=True, tags=source):
            mlflow.log_metric("loss", 0.1)
        mlflow.get_artifact_uri()
    refused(lambda: run_and_fail(source))
    mlflow.search_runs(experiment_names=["malay-embed"], filter_string="metrics.loss < 0.5", order_by=["metrics.loss ASC"])
    mlflow.search_runs(experiment_names=["malay-embed"], filter_string="params.model = 'minilm' and tags.emoji LIKE '%🌸'")
    mlflow.last_active_run()


def run_and_fail(source: dict) -> None:
    with mlflow.start_run(run_name="gagal", tags=source):
        raise MlflowException("the program broke")


def client() -> None:
    c = MlflowClient()
    one = c.create_experiment("dua belas", tags={"a": "1"})
    refused(lambda: c.create_experiment("dua belas"))
    c.get_experiment(one)
    assert c.get_experiment_by_name("tiada") is None
    c.rename_experiment(one, "tiga belas")
    c.set_experiment_tag(one, "b", "2")
    c.delete_experiment_tag(one, "b")
    c.search_experiments(filter_string="name LIKE 'tiga%'", order_by=["name DESC"])
    runs = [c.create_run(one, run_name=f"run-{i}", start_time=1_700_000_000_000 + i, tags={"i": f"{i}"}) for i in range(4)]
    ids = [run.info.run_id for run in runs]
    for i, run_id in enumerate(ids):
        points = [Metric("loss", (i + 1) / (step + 1), 1_700_000_000_000 + step, step) for step in range(100)]
        c.log_batch(run_id, points, [Param("lr", f"0.{i}"), Param("i", f"{i}")], [RunTag("kind", "sapuan")])
    c.log_batch(ids[0], metrics=[Metric("loss", 7.0, 1_700_000_000_000, 99)])
    c.get_metric_history(ids[0], "loss")
    c.get_metric_history(ids[0], "none")
    refused(lambda: c.log_param(ids[0], "lr", "9"))
    refused(lambda: c.log_metric(ids[0], "recall@10", 0.5))
    refused(lambda: c.get_run("0" * 32))
    c.set_tag(ids[0], "mlflow.note.content", "# nota\n")
    c.delete_tag(ids[0], "i")
    c.update_run(ids[0], status="SCHEDULED", name="nama baharu")
    for run_id, status in zip(ids, ["FINISHED", "FAILED", "KILLED", "FINISHED"]):
        c.set_terminated(run_id, status, end_time=1_700_000_009_000)
    page = c.search_runs([one], max_results=3, order_by=["metrics.loss DESC", "attributes.start_time ASC"])
    c.search_runs([one], max_results=3, order_by=["metrics.loss DESC", "attributes.start_time ASC"], page_token=page.token)
    c.search_runs([one], "attributes.status = 'KILLED'")
    c.search_runs([one], "attributes.run_name ILIKE 'RUN-%' AND params.i != '2'")
    refused(lambda: c.search_runs([one], "loss << 3"))
    c.delete_run(ids[1])
    c.search_runs([one], run_view_type=mlflow.entities.ViewType.DELETED_ONLY)
    c.restore_run(ids[1])
    c.log_text(ids[2], "a,b\n1,2\n", "jadual/satu.csv")
    c.list_artifacts(ids[2])
    c.list_artifacts(ids[2], "jadual")
    with tempfile.TemporaryDirectory() as folder:
        c.download_artifacts(ids[2], "jadual/satu.csv", folder)
    c.delete_experiment(one)
    c.search_experiments(view_type=mlflow.entities.ViewType.DELETED_ONLY)
    c.restore_experiment(one)
    c.search_runs([one], "", order_by=["attributes.run_name ASC"])
    c.search_registered_models()


def main() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        program = [sys.executable, "-m", "mlflow", "server", "--port", str(port), "--workers", "1"]
        places = ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--artifacts-destination", f"{folder}/files"]
        server = subprocess.Popen(program + places, cwd=folder, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            for _ in range(300):
                try:
                    urllib.request.urlopen(f"{url}/health")
                    break
                except OSError:
                    time.sleep(0.2)
            mlflow.set_tracking_uri(url)
            requests.adapters.HTTPAdapter.send = recording
            fluent()
            client()
        finally:
            os.killpg(server.pid, 9)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (HERE / "session.jsonl").write_text(text.replace(url, "{url}"))
    print(f"{len(lines)} requests")


main()

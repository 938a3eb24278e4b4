"""Files through the proxy."""
from __future__ import annotations

import hashlib
import os

import mlflow
import pytest
import requests
from support import URI, get


def test_artifacts_tree(c, run, tmp_path):
    (tmp_path / "d/sub").mkdir(parents=True)
    (tmp_path / "a.txt").write_text("top")
    (tmp_path / "d/b.bin").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "d/sub/ü ß.txt").write_text("deep")
    c.log_artifact(run, str(tmp_path / "a.txt"))
    c.log_artifacts(run, str(tmp_path / "d"), "dir")
    ls = lambda p=None: {(f.path, f.is_dir, f.file_size) for f in c.list_artifacts(run, p)}
    assert ls() == {("a.txt", False, 3), ("dir", True, None)}
    assert ls("dir") == {("dir/b.bin", False, 1024), ("dir/sub", True, None)}
    assert {p for p, *_ in ls("dir/sub")} == {"dir/sub/ü ß.txt"}
    out = tmp_path / "out"
    out.mkdir()
    got = c.download_artifacts(run, "dir", str(out))
    assert open(os.path.join(got, "b.bin"), "rb").read() == bytes(range(256)) * 4
    assert open(os.path.join(got, "sub/ü ß.txt")).read() == "deep"
    assert list(c.list_artifacts(run, "nowhere")) == []


def test_artifact_overwrite(c, run):
    c.log_text(run, "one", "x.txt")
    c.log_text(run, "second", "x.txt")
    assert mlflow.artifacts.load_text(f"runs:/{run}/x.txt") == "second"


def test_artifact_20_mb(c, run, tmp_path):
    data = os.urandom(1 << 20) * 20
    (tmp_path / "big.bin").write_bytes(data)
    c.log_artifact(run, str(tmp_path / "big.bin"))
    p = c.download_artifacts(run, "big.bin", str(tmp_path))
    assert hashlib.sha256(open(p, "rb").read()).digest() == hashlib.sha256(data).digest()


def test_artifact_empty_file(c, run, tmp_path):
    (tmp_path / "e").write_bytes(b"")
    c.log_artifact(run, str(tmp_path / "e"))
    assert [(f.path, f.file_size or 0) for f in c.list_artifacts(run)] == [("e", 0)]    # proto3 may leave a 0 out


def test_artifact_get_route_for_ui(c, run):
    c.log_text(run, "shown", "dir/s.txt")
    r = requests.get(URI + "/get-artifact", params={"run_uuid": run, "path": "dir/s.txt"}, timeout=10)
    assert r.status_code == 200 and r.text == "shown"


def test_artifact_html_is_not_rendered_inline(c, run):
    c.log_text(run, "<script>alert(1)</script>", "x.html")
    r = requests.get(URI + "/get-artifact", params={"run_uuid": run, "path": "x.html"}, timeout=10)
    assert r.status_code == 200
    h = {k.lower(): v for k, v in r.headers.items()}
    assert "attachment" in h.get("content-disposition", "") or "text/html" not in h.get("content-type", "") or "sandbox" in h.get("content-security-policy", "")
    assert h.get("x-content-type-options") == "nosniff"


@pytest.mark.parametrize("bad", ["../../etc/passwd", "/etc/passwd", "a/../../../x", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/x"])
def test_artifact_traversal(run, bad):
    r = requests.get(URI + "/get-artifact", params={"run_uuid": run, "path": bad}, timeout=10)
    assert r.status_code in (400, 404) and "root:" not in r.text, r.text[:80]
    s = requests.Session()
    q = requests.Request("GET", URI).prepare()
    q.url = URI + "/api/2.0/mlflow-artifacts/artifacts/" + bad
    r = s.send(q, timeout=10)
    assert r.status_code >= 300 and "root:" not in r.text
    q = requests.Request("PUT", URI, data=b"x").prepare()
    q.url = URI + "/api/2.0/mlflow-artifacts/artifacts/" + bad
    assert s.send(q, timeout=10).status_code >= 300
    r = get("artifacts/list", run_id=run, path=bad)
    assert r.status_code == 400 or r.json().get("files", []) == []


def test_artifact_delete(c, run):
    c.log_text(run, "x", "gone.txt")
    root = c.get_run(run).info.artifact_uri.replace("mlflow-artifacts:/", URI + "/api/2.0/mlflow-artifacts/artifacts/")
    assert requests.delete(root + "/gone.txt", timeout=10).status_code in (200, 204)
    assert list(c.list_artifacts(run)) == []


def test_artifact_missing(c, run):
    with pytest.raises(Exception):
        c.download_artifacts(run, "nope.txt")
    assert requests.get(URI + "/get-artifact", params={"run_uuid": run, "path": "nope.txt"}, timeout=10).status_code in (400, 404, 500)

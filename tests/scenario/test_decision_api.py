"""The decision API over the sample: nothing that is described breaks it, and others hear over a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from core.api import SCOPES, Role
from core.entrypoints.http import callers, create_app
from core.settings import Settings
from core.workflows.webhooks import signature
from tests.builders.programs import RATE, a_door, secret_of
from tests.builders.sample import ROOT, Sample

ROLES: tuple[Role, ...] = ("supervisor", "administrator")
ANSWERS_TO_WHAT_IS_AS_DESCRIBED = ["2xx", "401", "403", "404", "409", "422", "429", "503"]
"""All but 400: what is as described is never refused for its form."""


@pytest.fixture(scope="module")
def home(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample.copy(tmp_path_factory.mktemp("api") / "home")


@pytest.fixture(scope="module")
def described(home: Path) -> dict[Role, Any]:
    """Give the API as it describes itself, asked with a token of each of two roles."""
    door = a_door(home)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(callers, "_STRANGERS", RATE)
        app = create_app(door, Settings(home=home, api_rate=RATE, api_hosts=("*",)))
    checks = {"positive_data_acceptance": {"expected-statuses": ANSWERS_TO_WHAT_IS_AS_DESCRIBED}}

    def asked_by(role: Role) -> Any:
        headers = {"Authorization": f"Bearer {secret_of(door, role)}"}
        config = SchemathesisConfig.from_dict({"headers": headers, "checks": checks})
        return schemathesis.openapi.from_asgi("/openapi.json", app, config=config)

    return {role: asked_by(role) for role in ROLES}


def operations() -> list[str]:
    """Name all that is described; to describe it opens no store."""
    paths = create_app(a_door(Path("nowhere")), Settings()).openapi()["paths"]
    named = [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]
    return [name for name in named if not name.endswith("/stream")]  # it never ends


@pytest.mark.parametrize("name", operations())
def test_nothing_that_can_be_sent_breaks_it(described: dict[Role, Any], name: str) -> None:
    method, path = name.split(" ")
    operation = described["administrator" if "webhooks" in path else "supervisor"][path][method]

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy() | operation.as_strategy(GenerationMode.NEGATIVE))
    def ask(case: Any) -> None:
        if "Idempotency-Key" in (case.headers or {}):
            case.headers["Idempotency-Key"] = str(uuid.uuid4())
        case.call_and_validate()

    ask()


class Receiver(BaseHTTPRequestHandler):
    """Refuse the first message, take all others."""

    taken: list[tuple[dict[str, str], bytes]]
    refused = False

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        kept = type(self)
        if not kept.refused:
            kept.refused = True
            self.send_response(503)
        else:
            kept.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def receiver() -> Iterator[tuple[str, type[Receiver]]]:
    kept = type("Kept", (Receiver,), {"taken": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), kept) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/hook", kept
        server.shutdown()


@pytest.fixture
def served(home: Path) -> Iterator[httpx2.Client]:
    """Give what asks the API that the command serves."""
    port = _free_port()
    environment = {"ASSAY_HOME": str(home), "ASSAY_OUTBOUND_HOSTS": '["127.0.0.1"]'}
    command = [sys.executable, "-m", "core.entrypoints.cli", "api", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | environment) as process:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            _until(lambda: _is_up(client))
            yield client
        process.terminate()


def test_another_system_hears_of_a_proposal_at_once_and_in_order(
    home: Path, served: httpx2.Client, receiver: tuple[str, type[Receiver]]
) -> None:
    url, kept = receiver
    door = a_door(home)
    as_admin = {"authorization": f"Bearer {secret_of(door, 'administrator')}"}
    as_analyst = {"authorization": f"Bearer {secret_of(door, 'analyst')}"}
    made = served.post("/v1/webhooks", json={"url": url}, headers=as_admin | {"idempotency-key": "w"}).json()
    begin = served.get("/v1/events", headers=as_analyst).json()["next"]
    case = served.get("/v1/cases", params={"view": "unassigned"}, headers=as_analyst).json()["cases"][0]
    address = f"/v1/cases/{case['case_id']}/steps"
    for version, note in enumerate(("Looked at it.", "Asked the partner."), start=case["version"]):
        step = {"step": "commented", "version": version, "note": note}
        answer = served.post(address, json=step, headers=as_analyst | {"idempotency-key": note[:3]})
        assert answer.status_code == 200

    with served.stream(
        "GET", "/v1/events/stream", headers=as_analyst | {"last-event-id": str(begin)}
    ) as stream:
        told = []
        for line in stream.iter_lines():
            if line.startswith("data:"):
                told.append(json.loads(line.removeprefix("data:")))
            if len(told) == 2:
                break
    assert [(one["type"], one["object_id"]) for one in told] == [("case.commented", case["case_id"])] * 2

    _until(lambda: len(kept.taken) == 2)
    bodies = [json.loads(body) for _, body in kept.taken]
    assert [one["id"] for one in bodies] == [one["id"] for one in told]
    for headers, body in kept.taken:
        at = int(headers["webhook-timestamp"])
        expected = signature(made["secret"], headers["webhook-id"], at, body)
        assert headers["webhook-signature"] == expected
    assert not any(word in body for _, body in kept.taken for word in (b"Looked", b"Asked", b"partner"))


def test_an_account_in_a_nutshell_reads_as_its_cases_do(home: Path, served: httpx2.Client) -> None:
    headers = {"authorization": f"Bearer {secret_of(a_door(home), 'care_agent')}"}
    cases = served.get("/v1/cases", headers=headers).json()["cases"]
    case = next(one for one in cases if one["account_id"] and one["action_amount"] != "0")
    insight = served.get(f"/v1/accounts/{case['account_id']}/insight", headers=headers).json()

    (found,) = [one for one in insight["open"] if one["case"]["case_id"] == case["case_id"]]
    assert found["case"]["summary"] == case["summary"]
    assert found["advice"]["because"]
    assert "correct" in [step["step"] for step in found["advice"]["plan"]]
    assert found["advice"]["suspects"][0]["cause"] == case["root_cause"]
    assert insight["summary"] == insight["open"][0]["case"]["summary"]
    assert served.get("/v1/accounts/nobody/insight", headers=headers).status_code == 404


def test_what_a_token_can_give_is_what_the_guide_says() -> None:
    guide = (ROOT / "docs" / "operator.md").read_text("utf-8")

    assert [scope for scope in SCOPES if f"`{scope}`" not in guide] == []


def _is_up(client: httpx2.Client) -> bool:
    try:
        return client.get("/health").status_code == 200
    except httpx2.HTTPError:
        return False


def _until(holds: Any, patience_s: float = 60) -> None:
    end = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def _free_port() -> int:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as probe:
        return int(probe.server_address[1])

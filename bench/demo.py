"""The main job on real input: `python -m bench.demo LETTERS [DATA_DIR]`.

Registers every letter of a JSON-lines file through the HTTP API with invented citizens, waits
until the system is quiet, and compares what was owed with what the gateway accepted. Without
DATA_DIR it starts a fresh system and ends it. Exit 1 when anything is not as it should be.
"""

import json
import sys
import time
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import requests

from bench.people import citizen
from bench.system import System, fresh, running

QUIET_SECONDS = 60
NO_TEXT = "(تماس بدون متن)"


def main() -> int:
    letters = [json.loads(line) for line in Path(sys.argv[1]).read_text("utf-8").splitlines()]
    given = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with nullcontext(running(given)) if given else fresh() as system:
        return run(system, letters)


def run(system: System, letters: list[dict[str, Any]]) -> int:
    before = _totals(system)
    answers = _register(system, letters)
    registered = [body for status, body in answers if status == 201]
    called_back = sum(status == 202 for status, _ in answers)
    codes = {body["tracking_code"] for body in registered}
    due = Counter(r["stage"] for body in registered for r in body["receipts"])
    accepted = _wait_until_quiet(system, codes, sum(due.values()))
    doctor = system.command("doctor")
    _report(letters, answers, registered, called_back)
    print("receipts due by stage       ", dict(due))
    print("SMS accepted by the gateway ", dict(_by_stage(accepted)))
    duplicates = len(accepted) - len({m["message"] for m in accepted})
    print("SMS sent twice              ", duplicates)
    print("provider repeats asked for  ", _totals(system)["dedupe_hits"] - before["dedupe_hits"])
    print("samaneh doctor              ", _doctor(doctor.stdout))
    right = len(accepted) == sum(due.values()) and _by_stage(accepted) == due and not duplicates
    whole = len(registered) + called_back == len(letters)
    print(
        "as expected                 ", "yes" if right and whole and not doctor.returncode else "NO"
    )
    return 0 if right and whole and not doctor.returncode else 1


def _register(system: System, letters: list[dict[str, Any]]) -> list[tuple[int, Any]]:
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {system.token('operator')}"
        return [_send(session, system, number, one) for number, one in enumerate(letters)]


def _send(
    session: requests.Session, system: System, number: int, letter: dict[str, Any]
) -> tuple[int, Any]:
    known = {k: v for k, v in letter["fields"].items() if k in ("bank", "covered_by")}
    body = {
        "channel": letter["channel"],
        # An empty text is refused by the API; who registers a silent call says that it was one.
        "text": letter["text"].strip() or NO_TEXT,
        "citizen": citizen(number),
        "fields": known,
    }
    answer = session.post(
        f"{system.web}/api/v1/correspondences",
        json=body,
        headers={"Idempotency-Key": f"demo-{letter['id']}-{number}"},
        timeout=30,
    )
    return answer.status_code, answer.json()


def _wait_until_quiet(system: System, codes: set[str], due: int) -> list[dict[str, Any]]:
    until = time.monotonic() + QUIET_SECONDS
    while True:
        url = f"{system.gateway}/_gateway/messages.json"
        messages = requests.get(url, timeout=30).json()["messages"]
        ours = [m for m in messages if codes & set(m["message"].split())]
        if len(ours) >= due or time.monotonic() > until:
            time.sleep(2)  # anything sent twice would come now
            return [m for m in requests.get(url, timeout=30).json()["messages"]
                    if codes & set(m["message"].split())]  # fmt: skip
        time.sleep(0.2)


def _by_stage(messages: list[dict[str, Any]]) -> Counter[str]:
    return Counter("registered" if "ثبت" in m["message"] else "referred" for m in messages)


def _totals(system: System) -> dict[str, int]:
    totals: dict[str, int] = requests.get(
        f"{system.gateway}/_gateway/summary.json", timeout=30
    ).json()
    return totals


def _report(
    letters: list[dict[str, Any]],
    answers: list[tuple[int, Any]],
    registered: list[Any],
    called_back: int,
) -> None:
    owners = Counter(body["agency"]["code"] for body in registered)
    calls = sum(letter["channel"] == "call" for letter in letters)
    print("letters sent                ", len(letters))
    print("registered                  ", len(registered))
    refused = Counter(status for status, _ in answers if status not in (201, 202))
    print("refused                     ", dict(refused) or 0)
    for agency, count in sorted(owners.items(), key=lambda pair: -pair[1]):
        if agency != "triage":
            print(f"  referred to {agency:22}", count)
    print("in triage                   ", owners["triage"])
    print("calls accepted              ", calls - called_back)
    print("calls called back           ", called_back)
    print("right destination           ", f"{_right(letters, answers)} of {len(letters)}")


def _right(letters: list[dict[str, Any]], answers: list[tuple[int, Any]]) -> int:
    """How many went where the label says, or to triage where the label allows it."""
    return sum(
        status == 201
        and body["agency"]["code"]
        in {gold.replace(":", "-").replace("_", "-") for gold in letter.get("gold", [])}
        for letter, (status, body) in zip(letters, answers, strict=True)
    )


def _doctor(output: str) -> str:
    found = json.loads(output.splitlines()[-1]) if output.strip() else {"ok": False}
    return f"{'clean' if found['ok'] else 'NOT CLEAN'}, {len(found.get('checks', {}))} checks"


if __name__ == "__main__":
    sys.exit(main())

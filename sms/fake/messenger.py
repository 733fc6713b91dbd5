"""Call-backs: the gateway tells the product what became of a message, and what a citizen wrote."""

import logging
import threading
from collections.abc import Mapping, Sequence

import requests

from sms.fake import lifecycle
from sms.fake.room import Room

logger = logging.getLogger(__name__)
PAUSE = 0.2
TRIES = 3
BATCH = 200
PATIENCE = 5.0
# Seconds of the virtual clock before the second and the third try.
AGAIN_AFTER = (2.0, 10.0)
NOTE: Mapping[str, str] = {
    "messages": "UPDATE messages SET reported = ?, tries = ?, report_at = ? WHERE messageid = ?",
    "inbound": "UPDATE inbound SET reported = ?, tries = ?, report_at = ? WHERE messageid = ?",
}


class Messenger:
    """One thread that posts what is due. Three tries, then `receive` and `status` must do."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="call-backs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(PATIENCE + 1)

    def _work(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while not self._stop.wait(PAUSE):
                url = self._room.knobs.callback_url
                if url:
                    self._deliveries(session, f"{base(url)}/delivery")
                    self._inbound(session, f"{base(url)}/inbound")

    def _deliveries(self, session: requests.Session, url: str) -> None:
        now = self._room.clock.now()
        due = self._room.store.run(
            "SELECT messageid, final, tries FROM messages WHERE reported = 0 AND report_at <= ?"
            " ORDER BY report_at LIMIT ?",
            *(now, BATCH),
        )
        for messageid, final, tries in due:
            if self._stop.is_set():
                return
            told = all(
                post(session, url, {"messageid": str(messageid), "status": str(state)})
                for state in reports(self._room, final)
            )
            self._note("messages", messageid, 0 if told else tries + 1)

    def _inbound(self, session: requests.Session, url: str) -> None:
        due = self._room.store.run(
            "SELECT messageid, sender, receptor, message, tries FROM inbound"
            " WHERE reported = 0 AND report_at <= ? LIMIT ?",
            *(self._room.clock.now(), BATCH),
        )
        for messageid, sender, line, text, tries in due:
            form = {"messageid": str(messageid), "from": sender, "to": line, "message": text}
            told = post(session, url, form)
            self._note("inbound", messageid, 0 if told else tries + 1)

    def _note(self, table: str, messageid: int, tries: int) -> None:
        """`tries` 0: it was told. After the last try it counts as told, too: nobody listens."""
        again = AGAIN_AFTER[min(tries, len(AGAIN_AFTER)) - 1] if tries else 0.0
        self._room.store.run(
            NOTE[table],
            *(tries in {0, TRIES}, tries, self._room.clock.now() + again, messageid),
        )


def early(room: Room, messageids: Sequence[int]) -> None:
    """Report before the send itself is answered: a race that a provider may well lose."""
    url = room.knobs.callback_url
    if url and room.knobs.callback_early:
        with requests.Session() as session:
            session.trust_env = False
            for messageid in messageids:
                form = {"messageid": str(messageid), "status": "10"}
                post(session, f"{base(url)}/delivery", form)


def reports(room: Room, final: int) -> list[int]:
    """Which statuses are told, in which order: the end, perhaps twice, perhaps before 4."""
    told = [final] * (2 if room.knobs.callback_duplicate else 1)
    return [*told, lifecycle.WITH_OPERATOR] if room.knobs.callback_reorder else told


def base(url: str) -> str:
    """The common part of both addresses, whether or not one of them was given whole."""
    return url.rstrip("/").removesuffix("/delivery").removesuffix("/inbound")


def post(session: requests.Session, url: str, form: Mapping[str, str]) -> bool:
    """Was it taken? The address holds a secret and is not logged."""
    try:
        answer = session.post(url, data=form, timeout=PATIENCE, allow_redirects=False)
    except requests.RequestException as error:
        logger.info("call-back not taken: %s", type(error).__name__)
        return False
    return answer.ok

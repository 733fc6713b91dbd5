"""What a scenario measured: one JSON line for people and for a file."""

import json
import sys
import time
from pathlib import Path
from typing import Any


class Figures:
    """Collects while the scenario runs; told at its end, also when it failed."""

    def __init__(self, row: str, size: str, seed: int) -> None:
        self._began = time.monotonic()
        self._found: dict[str, Any] = {"row": row, "size": size, "seed": seed}

    def note(self, **found: Any) -> None:
        self._found |= found

    def tell(self, file: Path | None) -> None:
        self._found["seconds"] = round(time.monotonic() - self._began, 1)
        line = json.dumps(self._found, ensure_ascii=False)
        sys.stderr.write(f"\n{line}\n")
        if file:
            with file.open("a", encoding="utf-8") as sink:
                sink.write(line + "\n")

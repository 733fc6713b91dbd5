"""docs/performance.md and its chart: `python -m bench.page [RESULTS.json]`.

Without a file it takes the newest whole run. What stands around the figures is written by people.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import chart, report

DOCS = Path(__file__).parents[1] / "docs"
PAGE, PICTURE = DOCS / "performance.md", DOCS / "pictures" / "performance.svg"
RESULTS = Path(__file__).with_name("results")
BEGIN, END = "<!-- figures: make bench writes them -->", "<!-- end of figures -->"


def main() -> None:
    """Write the document and the chart."""
    given = sys.argv[1:]
    path = Path(given[0]) if given else max(RESULTS.glob("*-all.json"))
    found = json.loads(path.read_text("utf-8"))
    chart.draw(found, PICTURE)
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{_markdown(found, path.name)}{END}{after}", "utf-8")


def _markdown(found: report.Found, name: str) -> str:
    parts = [
        "![Letters and messages a second](pictures/performance.svg)\n",
        f"From `bench/results/{name}`, {found['began'][:10]}, {_rounds(found)} rounds: "
        f"{report.told_machine(found)}.\n",
        _rows(("target", "wanted", "median", "least – greatest", ""), report.targets(found)),
    ]
    for case in found["cases"].values():
        parts.append(f"### {case['title']}\n")
        parts.append(_rows(("figure", "median", "least – greatest"), report.figures(case)))
        if "failed" in case:
            parts.append(f"Failed: {case['failed']}\n")
    return "\n".join(parts)


def _rounds(found: report.Found) -> int:
    return max(len(case["rounds"]) for case in found["cases"].values())


def _rows(head: report.Row, rows: Iterator[report.Row]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    main()

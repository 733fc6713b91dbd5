"""The province's two weeks: imported from a file, and on to the citizens' telephones."""

from collections.abc import Iterator

from bench import end_to_end, imports, visit
from bench.case import Case, Figures, Run, Target

IMPORT = "import, letters/s"
COPY = "bare COPY of the same rows, letters/s"


def work(run: Run) -> Iterator[Figures]:
    """Each round in fresh systems. Raises RuntimeError where a message is missing or went twice."""
    letters = int(run.of(20_000, visit.LETTERS))
    for _ in range(run.rounds):
        told, whole = imports.measured(letters), end_to_end.measured(letters)
        if told["doctor_finds"] or whole["doctor_finds"] or not whole["each_once"]:
            raise RuntimeError(f"{told} {whole}")
        yield {
            IMPORT: told["letters_per_second"],
            COPY: told["bare_copy_letters_per_second"],
            "import, all its processes, PSS MB": told["memory_mb"],
            "the same file again, seconds": told["repeat_seconds"],
            "file to telephones, letters": letters,
            "file to telephones, messages": whole["messages"],
            "file to telephones, seconds": whole["seconds"],
        }


CASE = Case(
    "visit",
    "A province's two weeks",
    work,
    (
        Target("import: letters/s", IMPORT, at_least=5000),
        Target("import: of bare COPY", IMPORT, (COPY,), at_least=0.4),
        Target("import: MB", "import, all its processes, PSS MB", at_most=400),
        Target("file to telephones: seconds", "file to telephones, seconds", at_most=300),
    ),
)

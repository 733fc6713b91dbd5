"""All cases by their names, in the order in which they run."""

from bench.case import Case
from bench.cases import footprint, intake, messages, millions, orm, peer, router, visit

CASES: dict[str, Case] = {
    case.name: case
    for case in (
        intake.CASE,
        orm.CASE,
        peer.CASE,
        router.CASE,
        messages.CASE,
        visit.CASE,
        footprint.CASE,
        millions.CASE,
    )
}

"""Small rule sets for tests, and what is stored of rule sets, from outside the actions."""

import json

from app.tools import Tools
from routing.loading import parse
from tests.app import database

LEXICON = """\
concepts:
  loan: {label: وام, role: thing, owner: bank, terms: [وام]}
  medicine: {label: دارو, role: thing, owner: medical-university, terms: [دارو]}
ordinary: [دوام]
spellings: {vam: وام}
"""
RULES = """\
groups: {}
settled:
  - [bank, medical-university]
rules:
  - id: R1
    title: وام
    cases:
      - {to: LOANS, asks: [loan]}
  - id: R2
    title: دارو
    cases:
      - {to: MEDICINE, asks: [medicine]}
  - id: R3
    title: دیگر
    cases:
      - {to: triage}
"""


def files(loans: str = "welfare", medicine: str = "medical-university") -> dict[str, str]:
    """Loans to one agency, medicine to another, everything else to triage."""
    rules = RULES.replace("LOANS", loans).replace("MEDICINE", medicine)
    return {"lexicon.yaml": LEXICON, "rules.yaml": rules}


def version(content: dict[str, str]) -> str:
    return parse(content).version


def store(tools: Tools, version: str, content: object) -> None:
    """Put anything into the table of rule sets under this version."""
    database.change(
        tools,
        "insert into rule_sets (version, province, content, created_at) "
        "values (:version, 'kermanshah', cast(:content as jsonb), clock_timestamp())",
        version=version,
        content=json.dumps(content),
    )


def put_in_charge(tools: Tools, version: str, by: str = "somebody") -> None:
    """Activate it whatever it holds."""
    database.change(
        tools,
        "insert into rule_activations (id, province, version, activated_by, activated_at) "
        "values (gen_random_uuid(), 'kermanshah', :version, :by, clock_timestamp())",
        version=version,
        by=by,
    )


def active(tools: Tools) -> tuple[str, str]:
    """The version of the newest activation, and who did it."""
    newest = database.rows(
        tools, "select version, activated_by from rule_activations order by activated_at desc, id"
    )[0]
    return newest.version, newest.activated_by

"""Persian text → who owns it and why. Pure; `make fast` compiles its core (decision 020)."""

from routing.compiled import refuse_stale

refuse_stale()

"""Kavenegar's return.status → what comes of the message, and of each message of a call for many.

Source: the provider's REST documentation of 2025-11 (430: seen by others, not documented). A code
that stands nowhere here is ambiguous, as are 402 and 409: nothing the provider has published says
that they never follow an acceptance.
"""

from collections.abc import Callable, Mapping

from sms.gateway import LineStopped, Outcome, Refused, Singly

LINE = frozenset({401, 403, 407, 412, 416, 418, 426, 427, 429, 430, 451})
FOR_GOOD = frozenset(
    {400, 404, 405, 406, 411, 413, 414, 417, 419, 420, 422, 424, 431, 432, 501, 607}
)
ONE: Mapping[int, Callable[[int, str], Outcome]] = {
    **dict.fromkeys(LINE, LineStopped),
    **dict.fromkeys(FOR_GOOD, Refused),
}
# Said of a call for many, what is for good is said of one message in it or of the form of the call:
# nothing was taken, and sent singly each message gets an answer of its own. 412 has a second
# meaning there: more than 200 records.
MANY: Mapping[int, Callable[[int, str], Outcome | Singly]] = {
    **ONE,
    **dict.fromkeys(FOR_GOOD | {412}, Singly),
}

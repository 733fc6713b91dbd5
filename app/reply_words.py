"""What we answer to a citizen's SMS: one segment, without a link, and nothing of the letter.

Each answer is a list from the fullest sentence to the shortest; the first that fits is sent.
"""

from dataclasses import dataclass

from app.lifecycle import Status
from app.models.correspondence import Correspondence
from app.models.inbound import Wish
from app.persian import jalali_short
from sms import texts


@dataclass(frozen=True, slots=True)
class Case:
    """A letter as its SMS tells it: `agency` by its short name."""

    letter: Correspondence
    agency: str
    late: bool


_SAID = {
    Wish.SATISFIED: "نظر شما ثبت شد: قانع شدید. سپاس.",
    Wish.OBJECTION: "متن اعتراض را در صفحهٔ رهگیری بنویسید یا به ۱۱۱ بگویید.",
    Wish.WHICH: "چند پاسخ دارید؛ عدد و کد رهگیری را با هم بفرستید.",
    Wish.LATE: "زمان نظر دادن دربارهٔ این پاسخ گذشته است.",
}


def reply(wish: Wish, code: str, case: Case) -> str:
    """One segment for this wish; `code` is the one that the citizen knows."""
    if wish is Wish.WHICH:
        return _SAID[wish]
    sentences = (_SAID[wish],) if wish in _SAID else _status(case)
    return _fitting(sentences, code)


def _status(case: Case) -> tuple[str, ...]:
    match case.letter.status:
        case Status.ANSWERED:
            return _answered(case)
        case Status.CLOSED:
            return ("درخواست شما پاسخ گرفته و بسته شده است.",)
        case Status.TRIAGE if case.letter.objected_at is not None:
            return ("اعتراض شما نزد بازرسی استانداری است.",)
        case Status.TRIAGE:
            return ("درخواست شما ثبت است؛ دستگاه مسئول تعیین می‌شود.",)
    return _held(case)


def _held(case: Case) -> tuple[str, ...]:
    agency, until = case.agency, jalali_short(case.letter.due_at)
    if case.late:
        return (
            f"نزد {agency} است؛ مهلت گذشته و به بازرسی گزارش شده.",
            f"نزد {agency} است؛ مهلت گذشته است.",
        )
    if case.letter.status == Status.IN_PROGRESS:
        return f"{agency} در حال بررسی است؛ مهلت پاسخ {until}", f"نزد {agency}؛ مهلت {until}"
    return f"درخواست شما نزد {agency} است؛ مهلت پاسخ {until}", f"نزد {agency}؛ مهلت {until}"


def _answered(case: Case) -> tuple[str, ...]:
    if case.letter.satisfied is True:
        return (f"{case.agency} پاسخ داده است. صفحهٔ رهگیری را ببینید.", "پاسخ داده شده است.")
    return (
        f"{case.agency} پاسخ داد. اگر قانع شدید ۱ و اگر نه ۲ بفرستید.",
        f"{case.agency} پاسخ داد. قانع: ۱، اعتراض: ۲",
    )


def _fitting(sentences: tuple[str, ...], code: str) -> str:
    whole = (f"{sentence}\n{code}" for sentence in sentences)
    return next((text for text in whole if texts.segments(text) == 1), sentences[-1])

"""Every sentence we send to a citizen, and how much of a telephone's screen and bill it takes.

A receipt is one segment. It carries no link (links are what swindlers send), no name and nothing of
the letter; the tracking code stands alone on its line in ASCII digits, so that it can be copied.
"""

import re
import unicodedata
from functools import lru_cache

SIGNATURE = "سامانهٔ ۱۱۱"
ONE_SEGMENT = 70
CODE = re.compile(r"[0-9]{14}")
ZWNJ = "\u200c"
ONE_SPELLING = str.maketrans({"ي": "ی", "ك": "ک", "\u0640": None})

GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_TWICE = frozenset("\f^{}\\[~]|€")


class TooLong(ValueError):
    """The sentence would not fit one segment; a shorter agency name is needed."""


class BadCode(ValueError):
    """A tracking code is fourteen ASCII digits."""


def registered(code: str) -> str:
    """The first receipt: we have it, and it is being followed. Raises BadCode."""
    return _receipt("سلام. درخواست شما ثبت شد.", code)


def referred(code: str, agency_name: str) -> str:
    """The second: who holds it now. Raises BadCode, TooLong."""
    return _receipt(f"درخواست شما به {_name(agency_name)} رسید.", code)


def answered(code: str, agency_name: str) -> str:
    """The third: an answer is waiting. Raises BadCode, TooLong."""
    return _receipt(f"{_name(agency_name)} به شما پاسخ داد.", code)


def asked(code: str, agency_name: str) -> str:
    """An agency has a question, which waits on the tracking page. Raises BadCode, TooLong."""
    name = _name(agency_name)
    return _first_fitting(
        code,
        f"{name} از شما پرسشی دارد.\nدر صفحهٔ رهگیری بخوانید و پاسخ دهید:",
        f"{name} از شما پرسشی دارد.\nدر صفحهٔ رهگیری بخوانید:",
        f"{name} از شما پرسشی دارد.\nصفحهٔ رهگیری:",
    )


def paused(code: str, day_in_words: str) -> str:
    """The deadline rests until that day; why is on the tracking page. Raises BadCode, TooLong."""
    return _receipt(f"رسیدگی تا {_name(day_in_words)} متوقف است.", code)


def proof(code: str) -> str:
    """The code that proves a mobile, to who waits for it at the screen."""
    return _signed(f"کد نامهٔ شما به ۱۱۱:\n{code}\nتا ۱۰ دقیقه؛ به کسی ندهید.")


def noted(day_in_words: str) -> str:
    """To a citizen whose call came over the day's cap: taken note of, we ring on that day. The day
    is a Jalali date as it is to be read («یکشنبه ۱ آذر ۱۴۰۵»). Raises TooLong."""
    return _signed(f"تماستان یادداشت شد.\n{_name(day_in_words)} زنگ می‌زنیم")


def units(text: str) -> int:
    """UCS-2 units: what one Persian message is counted in. Joiners count 1, most emoji 2."""
    return len(text.encode("utf-16-be", "surrogatepass")) // 2


def segments(text: str) -> int:
    """How many messages the network carries and bills: 160/153 signs of GSM 03.38, else 70/67."""
    if all(sign in GSM7 or sign in GSM7_TWICE for sign in text):
        return _parts(len(text) + sum(sign in GSM7_TWICE for sign in text), 160, 153)
    return _parts(units(text), ONE_SEGMENT, 67)


def _parts(size: int, alone: int, joined: int) -> int:
    return 1 if size <= alone else -(-size // joined)


def _receipt(sentence: str, code: str) -> str:
    return _signed(f"{sentence}\nکد رهگیری:\n{_checked(code)}")


def _first_fitting(code: str, *sentences: str) -> str:
    """The fullest of these that fits one segment with the code. Raises BadCode, TooLong."""
    texts = [f"{sentence}\n{_checked(code)}" for sentence in sentences]
    return next((text for text in texts if segments(text) == 1), None) or _signed(texts[-1])


def _checked(code: str) -> str:
    if not CODE.fullmatch(code):
        raise BadCode("a tracking code is fourteen ASCII digits")
    return code


def _signed(plain: str) -> str:
    # The signature is a courtesy, the message is not: it yields first.
    for text in (f"{plain}\n{SIGNATURE}", plain):
        if segments(text) == 1:
            return text
    raise TooLong(f"{units(plain)} units; one segment holds {ONE_SEGMENT}")


@lru_cache(1024)  # there are as many as agencies, and days
def _name(agency_name: str) -> str:
    """One spelling of the name, on one line: a line break in it could forge a code of its own."""
    joined = " ".join(unicodedata.normalize("NFC", agency_name).split()).translate(ONE_SPELLING)
    return "".join(sign for sign in joined if sign == ZWNJ or not _hidden(sign))


def _hidden(sign: str) -> bool:
    """Control and direction signs: they cost a unit each and can turn the line around."""
    return unicodedata.category(sign) in {"Cc", "Cf"}

"""Kavenegar's contract: what its numbers mean, the envelope, and how it reads parameters.

Source: the provider's REST documentation of 2025-11.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

OK = 200
MEANINGS: Mapping[int, str] = {
    200: "تایید شد",
    400: "پارامترها ناقص هستند",
    401: "حساب کاربری غیرفعال شده است",
    402: "عملیات ناموفق بود",
    403: "کد شناسائی API-Key معتبر نمی‌باشد",
    404: "متد نامشخص است",
    405: "متد Get/Post اشتباه است",
    406: "پارامترهای اجباری خالی ارسال شده اند",
    407: "دسترسی به اطلاعات مورد نظر برای شما امکان پذیر نیست",
    409: "سرور قادر به پاسخگوئی نیست بعدا تلاش کنید",
    411: "دریافت کننده نامعتبر است",
    412: "ارسال کننده نامعتبر است",
    413: "پیام خالی است و یا طول پیام بیش از حد مجاز می‌باشد",
    414: "حجم درخواست بیشتر از حد مجاز است",
    416: "IP سرویس مبدا با تنظیمات مطابقت ندارد",
    417: "تاریخ ارسال اشتباه است",
    418: "اعتبار شما کافی نمی‌باشد",
    419: "طول آرایه متن و گیرنده و فرستنده هم اندازه نیست",
    420: "استفاده از لینک در متن پیام برای شما محدود شده است",
    422: "داده ها به دلیل وجود کاراکتر نامناسب قابل پردازش نیست",
    424: "الگوی مورد نظر پیدا نشد",
    426: "استفاده از این متد نیازمند سرویس پیشرفته می‌باشد",
    427: "استفاده از این خط نیازمند ایجاد سطح دسترسی می‌باشد",
    429: "IP محدود شده است",
    430: "احراز هویت حساب کاربری انجام نشده است",
    431: "ساختار کد صحیح نمی‌باشد",
    432: "پارامتر کد در متن پیام پیدا نشد",
    451: "فراخوانی بیش از حد در بازه زمانی مشخص",
    501: "فقط امکان ارسال پیام تست به شماره صاحب حساب کاربری وجود دارد",
    604: "تعداد شماره‌ها بیش از حد مجاز است",
    607: "نام تگ انتخابی اشتباه است",
}
STATUS_TEXTS: Mapping[int, str] = {
    1: "در صف ارسال",
    2: "زمان بندی شده",
    4: "ارسال شده به مخابرات",
    6: "خطا در ارسال پیام",
    10: "رسیده به گیرنده",
    11: "نرسیده به گیرنده",
    13: "لغو شده",
    14: "بلاک شده",
    100: "شناسه پیامک نامعتبر است",
}
RECEPTOR = re.compile(r"(?:\+98|0098|0)?(9[0-9]{9})")
SENDER = re.compile(r"(?:\+98|0098)?[0-9]{4,14}")
TAG = re.compile(r"[A-Za-z0-9_-]{1,200}")
LINK = re.compile(r"https?://|www\.|\b[a-z0-9-]+\.(?:ir|com|org|net)\b", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
LONGEST = 900
MOST_RECEPTORS = 200
MOST_IDS = 500
LARGEST = 2**63 - 1

Params = Mapping[str, str]


class Wrong(Exception):
    """The call is refused with this return.status."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def envelope(code: int, entries: object, metadata: object = None) -> dict[str, Any]:
    """The outer shape of every answer; `entries` is null unless the code is 200."""
    verdict = {"status": code, "message": MEANINGS.get(code, "خطا")}
    body: dict[str, Any] = {"return": verdict, "entries": entries if code == OK else None}
    return body if metadata is None else {**body, "metadata": metadata}


def need(params: Params, name: str) -> str:
    """A parameter that must be there (400) and not be empty (406)."""
    if name not in params:
        raise Wrong(400)
    if not params[name].strip():
        raise Wrong(406)
    return params[name]


def parts(text: str) -> list[str]:
    """A comma-separated list, as the provider writes lists in sms/send and in look-ups."""
    return [part.strip() for part in text.split(",") if part.strip()]


def array(text: str) -> list[Any]:
    """A JSON array, as sms/sendarray wants it."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise Wrong(400) from None
    if not isinstance(read, list):
        raise Wrong(400)
    return read


def whole(text: object, code: int = 400) -> int:
    """A Long, or the refusal with `code`."""
    digits = str(text).strip()
    if not (digits.isascii() and digits.isdigit()) or int(digits[:20]) > LARGEST:
        raise Wrong(code)
    return int(digits)


def wholes(params: Params, name: str, most: int = MOST_IDS) -> list[int]:
    """A required list of ids; more than `most` is 414."""
    texts = parts(need(params, name))
    if len(texts) > most:
        raise Wrong(414)
    return [whole(text) for text in texts]


def receptor(text: str) -> str:
    """`09…`, from any of the four spellings the provider takes, or 411."""
    match = RECEPTOR.fullmatch(text.strip())
    if match is None:
        raise Wrong(411)
    return "0" + match[1]

"""Invented citizens: valid check digits, mobiles of the unallocated prefix 0909000."""

import random
from typing import Any

from app.codes import national_id_check

FIRST_NAMES = ("مریم", "علی", "زهرا", "رضا", "فاطمه", "حسین", "شیرین", "آرش", "لیلا", "کاوه")
LAST_NAMES = ("نمونه‌ای", "آزمایشی", "پندار", "انگاره", "فرضی", "خیالی", "گمان", "تصور")
FIRST_ORDINARY_NUMBER = 1000  # numbers below it are the local gateway's magic numbers


def citizen(number: int) -> dict[str, Any]:
    """The same citizen for the same number, 9,000 different mobiles."""
    source = random.Random(number)
    first_nine = f"{source.randrange(10**8, 10**9)}"
    mobile = FIRST_ORDINARY_NUMBER + number % 9000
    return {
        "national_id": first_nine + national_id_check(first_nine),
        "mobile": f"0909000{mobile:04d}",
        "first_name": source.choice(FIRST_NAMES),
        "last_name": source.choice(LAST_NAMES),
    }

"""Persian words for field faults and states, by stable code."""

FAULTS = {
    "username": "نام کاربری: ۲ تا ۴۰ حرف لاتین کوچک، رقم، نقطه یا خط تیره",
    "taken": "این نام پیش‌تر گرفته شده است",
    "password-length": "گذرواژه باید ۱۲ تا ۱۲۸ نویسه باشد",
    "password-simple": "گذرواژه بیش از اندازه ساده است",
    "agency-for-role": "نقش‌های agency و manager دستگاه می‌خواهند و نقش‌های دیگر ندارند",
    "required": "این قسمت را پر کنید",
    "wrong-type": "نوع این مقدار درست نیست",
    "unknown-field": "چنین قسمتی نداریم",
    "unknown-channel": "راه دریافت باید نامه، نامهٔ الکترونیکی یا تماس باشد",
    "national-id": "کد ملی درست نیست؛ رقم‌ها را دوباره بخوانید",
    "mobile": "شمارهٔ همراه درست نیست؛ مانند ۰۹۱۲۱۲۳۴۵۶۷ بنویسید",
    "text-empty": "متن نامه خالی است",
    "text-too-long": "متن نامه بلندتر از ۲۰٬۰۰۰ نویسه است",
    "too-long": "این مقدار بلندتر از اندازه است",
    "bad-character": "نویسهٔ نادرست دارد؛ متن را دوباره بچسبانید",
    "received-at": "تاریخ دریافت درست نیست؛ با منطقهٔ زمانی و نه در آینده",
    "idempotency-key": "سرآیند Idempotency-Key لازم است (۸ تا ۱۲۸ نویسه)",
    "unknown-agency": "چنین دستگاهی نداریم",
    "unknown-branch": "این دستگاه چنین شعبه‌ای ندارد",
    "unknown-status": "چنین وضعیتی نداریم",
    "unknown-outcome": "نتیجه باید انجام شد، بخشی انجام شد یا ممکن نیست باشد",
    "reason-empty": "دلیل را بنویسید",
    "mobile-last4": "چهار رقم آخر شمارهٔ همراه را بنویسید",
    "tracking-code": "کد رهگیری درست نیست؛ رقم‌ها را دوباره بخوانید",
    "cursor": "نشانی صفحهٔ بعد درست نیست",
    "limit": "اندازهٔ صفحه باید از ۱ تا ۱۰۰ باشد",
    "day": "روز را به میلادی و مانند 2026-11-22 بنویسید",
    "other": "مقدار درست نیست",
}

CHANNELS = {"letter": "نامه", "electronic": "نامهٔ الکترونیکی", "call": "تماس تلفنی"}

STATUSES = {
    "triage": "در پایش",
    "referred": "ارجاع شده",
    "in_progress": "در دست بررسی",
    "answered": "پاسخ داده شده",
    "closed": "بسته شده",
    "merged": "یکی شده با نامهٔ دیگر",
}

OUTCOMES = {"done": "انجام شد", "partly": "بخشی انجام شد", "not_possible": "ممکن نیست"}

STAGES = {"registered": "ثبت شد", "referred": "ارجاع شد", "answered": "پاسخ داده شد"}

RECEIPT_STATES = {
    "pending": "در نوبت",
    "sending": "در حال ارسال",
    "unknown": "در حال پرس‌وجو",
    "accepted": "فرستاده شد",
    "delivered": "رسید",
    "undelivered": "نرسید",
    "failed": "ناموفق",
    "blocked": "گیرنده بسته است",
    "rejected": "پذیرفته نشد",
    "held": "در انتظار تصمیم",
    "suppressed": "فرستاده نمی‌شود",
}

ROLES = {
    "operator": "اپراتور",
    "triage": "کارشناس پایش",
    "agency": "کارشناس دستگاه",
    "manager": "مدیر دستگاه",
    "supervisor": "بازرسی استانداری",
    "admin": "مدیر سامانه",
    "auditor": "حسابرس",
}

EVENTS = {
    "registered": "ثبت شد",
    "routed": "مرجع تعیین شد",
    "referred": "ارجاع شد",
    "claimed": "کارشناس برداشت",
    "forwarded": "به شعبه رفت",
    "returned": "عودت داده شد",
    "answered": "پاسخ داده شد",
    "closed": "بسته شد",
    "called_back": "از فهرست تماس مجدد ثبت شد",
    "receipt_accepted": "پیامک فرستاده شد",
    "receipt_delivered": "پیامک رسید",
    "receipt_undelivered": "پیامک نرسید",
    "receipt_failed": "پیامک ناموفق بود",
    "receipt_blocked": "گیرنده پیامک را بسته است",
    "receipt_rejected": "پیامک پذیرفته نشد",
    "receipt_unknown": "سرنوشت پیامک پرسیده می‌شود",
    "receipt_held": "پیامک در انتظار تصمیم است",
    "receipt_pending": "پیامک دوباره فرستاده می‌شود",
    "receipt_suppressed": "پیامک فرستاده نمی‌شود",
}

SHORT_CHANNELS = {"letter": "نامه", "electronic": "الکترونیکی", "call": "تماس"}

STEPS = {
    "registered": "ثبت شد",
    "triage": "تعیین دستگاه",
    "referred": "ارجاع به دستگاه",
    "in_progress": "در دست بررسی",
    "answered": "پاسخ",
}

BANKS = ("bank-melli", "bank-mellat", "bank-tejarat", "bank-saderat", "bank-refah")
COVERS = ("relief-committee", "welfare", "martyrs-foundation")

REFER_REASONS = (
    "موضوع نامه در شرح وظایف این دستگاه است",
    "شهروند نام این دستگاه را آورده است",
    "پروندهٔ شهروند نزد این دستگاه است",
    "خواستهٔ اصلی نامه با این دستگاه است",
)
RETURN_REASONS = (
    "موضوع در شرح وظایف این دستگاه نیست",
    "پروندهٔ شهروند نزد دستگاه دیگری است",
    "خواستهٔ اصلی با دستگاه دیگری است",
)

LEDGER = {
    "received": "دریافت شده",
    "triage": "در پایش",
    "open": "نزد دستگاه‌ها",
    "answered": "پاسخ داده شده",
    "closed": "بسته شده",
    "merged": "یکی شده",
}
RECEIPT_SUMS = {"due": "پیامک‌های لازم", "sent": "فرستاده شده", "owed": "هنوز فرستاده نشده"}

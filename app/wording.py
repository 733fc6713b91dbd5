"""Persian words for field faults and states, by stable code."""

from app import paper_wording
from app.paper_wording import MEDIA as MEDIA
from app.sms_wording import ALARMS as ALARMS
from app.sms_wording import DECIDED as DECIDED
from app.sms_wording import LINE_STATES as LINE_STATES
from app.sms_wording import OWED as OWED
from app.sms_wording import PROVIDER_CODES as PROVIDER_CODES
from app.sms_wording import PROVIDERS as PROVIDERS
from app.sms_wording import REASONS as REASONS
from app.sms_wording import WORRIES as WORRIES

FAULTS = paper_wording.FAULTS | {
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
    "mobile": "شمارهٔ همراه درست نیست؛ ۱۱ رقم است و با ۰۹ آغاز می‌شود",
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
    "note-empty": "یادداشت خالی است؛ آنچه شهروند گفت را بنویسید",
    "not-theirs": "آن نامه از این کد ملی نیست؛ کد ملی را دوباره بخوانید",
    "whom": "کد رهگیری ۱۴ رقم، کد ملی ۱۰ رقم و همراه ۱۱ رقم دارد؛ رقم‌ها را دوباره بخوانید",
    "objection-short": "بنویسید چرا قانع نشدید، دست‌کم ۱۰ نویسه",
    "objection-long": "اعتراض بلندتر از ۲٬۰۰۰ نویسه است؛ کوتاه‌ترش کنید",
    "mobile-last4": "چهار رقم آخر شمارهٔ همراه را بنویسید",
    "tracking-code": "کد رهگیری درست نیست؛ رقم‌ها را دوباره بخوانید",
    "cursor": "نشانی صفحهٔ بعد درست نیست",
    "limit": "اندازهٔ صفحه باید از ۱ تا ۱۰۰ باشد",
    "not-open": "آن نامه دیگر باز نیست یا از همین شهروند نیست",
    "title-known": "متنی با این نام هست؛ نام دیگری بنویسید یا آن را کنار بگذارید",
    "too-many-templates": "پنجاه متن آماده هست؛ نخست یکی را کنار بگذارید",
    "search-words": "یک تا شش واژهٔ دست‌کم دوحرفی بنویسید، یا کد رهگیری، کد ملی یا شمارهٔ همراه",
    "search-number": "این شماره نه کد رهگیری است، نه کد ملی و نه همراه؛ رقم‌ها را دوباره بخوانید",
    "day": "روز را به میلادی و مانند 2026-11-22 بنویسید",
    "question-empty": "پرسش را بنویسید",
    "question-long": "پرسش بلندتر از ۵۰۰ نویسه است؛ کوتاه‌ترش کنید",
    "questions-full": "از این شهروند سه بار پرسیده شده است؛ بیش از این نمی‌شود. به او زنگ بزنید",
    "reply-empty": "پاسخ خود را بنویسید",
    "reply-long": "پاسخ بلندتر از ۲٬۰۰۰ نویسه است؛ کوتاه‌ترش کنید",
    "pause-cause": "بگویید منتظر چه هستید",
    "pause-days": "از ۱ تا ۵ روز کاری برگزینید",
    "pause-urgent": "نامهٔ فوری متوقف نمی‌شود",
    "pause-late": "مهلت گذشته است؛ نامهٔ دیرشده متوقف نمی‌شود",
    "pause-running": "رسیدگی هم‌اکنون متوقف است",
    "pause-twice": "این نامه دو بار متوقف شده است؛ بیش از این نمی‌شود",
    "pause-long": "همهٔ توقف‌های یک نامه با هم بیش از ۱۰ روز کاری نمی‌شود",
    "unknown-colleague": "همکاری از همین دستگاه برگزینید",
    "code-shape": "کد شش رقم است؛ در آخرین پیامک ما آن را ببینید",
    "code-wrong": "این کد درست نیست؛ رقم‌های آخرین پیامک ما را دوباره بخوانید",
    "code-late": "ده دقیقهٔ این کد گذشته است؛ دکمهٔ «کد تازه» را بزنید، نوشته‌تان می‌ماند",
    "code-over": "این کد دیگر به کار نمی‌آید؛ دکمهٔ «کد تازه» را بزنید، نوشته‌تان می‌ماند",
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

WORKLIST = {
    "waiting": "در انتظار",
    "new": "تازه",
    "mine": "نزد من",
    "soon": "مهلت نزدیک",
    "late": "دیرشده",
    "returned": "برگشته به ما",
    "answered": "پاسخ داده شده",
    "closed": "بسته شده",
}

OUTCOMES = {"done": "انجام شد", "partly": "بخشی انجام شد", "not_possible": "ممکن نیست"}

STAGES = {
    "registered": "ثبت شد",
    "referred": "ارجاع شد",
    "answered": "پاسخ داده شد",
    "noted": "یادداشت شد",
    "asked": "پرسش",
    "paused": "توقف مهلت",
}

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
    "told": "به شهروند گفته شد",
    "waived": "دیگر گفته نمی‌شود",
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

EVENTS = paper_wording.EVENTS | {
    "registered": "ثبت شد",
    "routed": "مرجع تعیین شد",
    "referred": "ارجاع شد",
    "claimed": "کارشناس برداشت",
    "forwarded": "به شعبه رفت",
    "assigned": "به همکار سپرده شد",
    "asked": "از شهروند پرسیده شد",
    "citizen_replied": "شهروند پاسخ پرسش را داد",
    "reply_taken_down": "پاسخ شهروند به پرسش، تلفنی نوشته شد",
    "paused": "مهلت متوقف شد",
    "resumed": "توقف مهلت پایان یافت",
    "returned": "عودت داده شد",
    "answered": "پاسخ داده شد",
    "closed": "بسته شد",
    "merged": "با نامهٔ دیگر همین شهروند یکی شد",
    "joined": "نامهٔ دیگری از همین شهروند با آن یکی شد",
    "satisfied": "شهروند قانع شد",
    "objected": "شهروند اعتراض کرد",
    "objection_wished": "شهروند با پیامک گفت که اعتراض دارد",
    "noted_call": "یادداشت تماس پیگیری",
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
    "receipt_settled": "دربارهٔ پیامک تصمیم گرفته شد",
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
PAUSE_CAUSES = {
    "citizen": "منتظر شهروند",
    "document": "منتظر مدرک",
    "body": "منتظر دستگاه دیگر",
    "visit": "منتظر بازدید",
}
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

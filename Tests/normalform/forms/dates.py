"""The texts that are dates."""

import re

HOUR, MINUTE = rb"(?:[01]\d|2[0-3])", rb"[0-5]\d"
CLOCK = HOUR + b":" + MINUTE + rb"(?::(?:[0-5]\d|60)(?:\.\d{1,9})?)?"
OFFSET = rb"[+-]" + HOUR + b":?" + MINUTE
ZONE = rb"(?:Z|" + OFFSET + rb"|[A-Z]{3,5}(?:" + OFFSET + rb")?)"
MONTH, DAY = rb"(?:0[1-9]|1[0-2])", rb"(?:0[1-9]|[12]\d|3[01])"
D = rb"(?:" + DAY + rb"| ?[1-9])"
WWW = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
MMM = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
YYYY = rb"\d{4}"
ISO_DAY = YYYY + b"-" + MONTH + b"-" + DAY
DATE = rb"(?:%s)" % b"|".join((
    YYYY + rb"(?:" + b"|".join(mark + MONTH + mark + DAY for mark in (b"-", b"/", b":"))
    + rb")(?:[T ]" + CLOCK + rb"(?: ?" + ZONE + rb")?)?",
    rb"(?:" + WWW + rb", )?" + D + b" " + MMM + b" " + YYYY + rb"(?: " + CLOCK + rb"(?: " + ZONE
    + rb")?)?",
    WWW + b" " + MMM + b" " + D + b" " + CLOCK + rb"(?: " + ZONE + rb")? " + YYYY))


def is_date(text: bytes) -> bool:
    return re.fullmatch(DATE, text) is not None

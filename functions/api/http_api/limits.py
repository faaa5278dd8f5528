"""How much a request may carry."""

from datetime import date

MAX_BODY_BYTES = 1024 * 1024
"""Far above any honest request: files go straight to the upload bucket."""

MAX_NAME = 140
MAX_BANK_NAME = 70
"""The longest name in a bank file."""

MAX_LABEL = 140
MAX_COMMENT = 1000
MAX_EXTERNAL_NUMBER = 35
MAX_CODE = 35
MAX_EMAIL = 254
MAX_SIGN_IN_EMAIL = 128
"""The longest name that a Cognito user pool takes."""

MAX_STREET = 140
MAX_POSTAL_CODE = 16
MAX_TOWN = 70
MAX_IDENTIFIER_TEXT = 60
"""An identifier as it is pasted, blanks included."""

MAX_FILE_NAME = 200
MAX_SEARCH = 100
MAX_CURSOR = 2_000
"""The place and the criteria of the longest search."""

DEFAULT_CALENDAR_DAYS, MAX_CALENDAR_DAYS = 92, 400
MAX_NOTICE_DAYS = 90
MAX_REVENUE_ACCOUNTS = 500
"""Activities that have a revenue account of their own."""

MAX_SELECTED = 5000
"""Instalments named one by one in one request; larger changes name a filter."""

MAX_CONFIRMED = 400
"""Dates of one draft whose sum is confirmed a second time."""

MAX_PAGE = 200
DEFAULT_PAGE = 50
MAX_OFFSET = 1_000_000
MAX_REVISION = 2**53 - 1
"""The largest integer that a page's JSON carries exactly; it bounds counts and sums too."""

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)
"""Days that a school can mean; further ones overflow when months are added to them."""

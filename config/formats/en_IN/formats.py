"""India: 12 hours, and digits grouped by lakh and crore."""

DATE_FORMAT = "j M Y"
TIME_FORMAT = "g:i A"
DATETIME_FORMAT = "j M Y, g:i A"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j F"
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = (3, 2, 0)

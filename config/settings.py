"""Settings: one file, everything that differs between machines from the environment.

`.env` beside manage.py is read first, real environment variables win. In production a missing
value stops the start with a sentence that says what to do; only a development machine, DEBUG=on,
has defaults.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.arxiv_categories import arxiv_categories

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = BASE_DIR / ".data"

env = environ.Env()
# Tests set this, so that a developer's .env never changes their outcome.
if not env.bool("OFFPRINT_IGNORE_DOTENV", default=False):
    env.read_env(str(BASE_DIR / ".env"))

# DEBUG in the environment means: a development machine. Embedded servers, mail in files and the
# demo community are allowed there.
DEVELOPMENT = env.bool("DEBUG", default=False)
# Django's own DEBUG replaces our error pages by its own and keeps every query in memory. A
# development machine serves what production serves, so it is a wish of its own.
DEBUG = DEVELOPMENT and env.bool("DEBUG_PAGES", default=False)


def required(name: str, what_to_do: str) -> str:
    """The value of an environment variable; raises ImproperlyConfigured when it is not set."""
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {what_to_do}")
    return value


# --- Identity and hosts ---------------------------------------------------------------------

SECRET_KEY = required(
    "SECRET_KEY",
    "Put a long random string into the environment or .env: "
    "python -c 'import secrets; print(secrets.token_urlsafe(50))'. "
    "On your own machine, `make run` writes one for you.",
)

if DEVELOPMENT:
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
else:
    ALLOWED_HOSTS = required(
        "ALLOWED_HOSTS",
        "List the host names that the site answers to, with commas: "
        "ALLOWED_HOSTS=papers.example.org",
    ).split(",")

CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_NAME = env.str("SITE_NAME", default="Offprint")

# --- Applications ---------------------------------------------------------------------------

INSTALLED_APPS = [
    "accounts",
    "papers",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # before staticfiles: runserver then serves files as production does
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "config.admin.OffprintAdminConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_filters",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # In place of Django's LocaleMiddleware, which would make pages depend on Accept-Language.
    "accounts.middleware.MemberMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "papers.middleware.BrowserCacheMiddleware",
    "papers.middleware.OutcomeMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "papers.context_processors.site",
            ],
        },
    },
]

# --- Databases, cache, queue ----------------------------------------------------------------

database_url = env.str("DATABASE_URL", default="")
redis_url = env.str("REDIS_URL", default="").rstrip("/")

# manage.py and `make run` start servers of our own where this is true.
EMBEDDED_SERVERS = DEVELOPMENT and not (database_url and redis_url)
if EMBEDDED_SERVERS:
    from config import embedded

    # Only addresses: nothing is started by reading settings.
    addresses = embedded.urls()
    database_url = database_url or addresses.database_url
    redis_url = redis_url or addresses.redis_url
if not database_url:
    database_url = required(
        "DATABASE_URL", "Name your PostgreSQL: DATABASE_URL=postgresql://user:password@host/name"
    )
if not redis_url:
    redis_url = required("REDIS_URL", "Name your Redis or Valkey: REDIS_URL=redis://host:6379")


def database_settings(url: str) -> dict[str, Any]:
    """Django's settings for `url`, PostgreSQL with a pool of connections.

    A socket folder given as `?host=/dir` belongs in HOST, not in the driver's options.
    """
    settings: dict[str, Any] = dict(environ.Env.db_url_config(url))
    options = settings.setdefault("OPTIONS", {})
    settings["HOST"] = options.pop("host", settings.get("HOST", ""))
    settings["ENGINE"] = "django.db.backends.postgresql"
    # A request that finds no free connection fails after this time instead of hanging.
    options.setdefault("pool", {"min_size": 1, "max_size": 8, "timeout": 10})
    return settings


DATABASES = {"default": database_settings(database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_PREFIX = env.str("OFFPRINT_REDIS_PREFIX", default="")
CACHES = {
    "default": {
        # Falls back to this process's memory while Redis is away.
        "BACKEND": "config.cache.FallbackRedisCache",
        "LOCATION": f"{redis_url}/1",
        "KEY_PREFIX": f"{REDIS_PREFIX}offprint",
        # Every key expires: the server may evict only keys that have a lifetime.
        "TIMEOUT": 300,
    }
}

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60

CELERY_BROKER_URL = f"{redis_url}/0"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# For ever. After the hundred attempts of the default, a worker ends and stays ended.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": REDIS_PREFIX,
    # Seconds, for workers and beat. Requests are less patient: papers/enqueue.py.
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "visibility_timeout": 3600,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
# A million papers take some minutes.
CELERY_TASK_ANNOTATIONS = {
    "papers.tasks.check_drift": {"time_limit": 7200, "soft_time_limit": 7000},
    "papers.tasks.refresh_search_words": {"time_limit": 7200, "soft_time_limit": 7000},
    # The upvotes of a month, in memory.
    "papers.tasks.find_lockstep": {"time_limit": 1800, "soft_time_limit": 1700},
    "papers.tasks.apply_ranking_settings": {"time_limit": 7200, "soft_time_limit": 7000},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = "UTC"
# Rankings have a queue and a worker process of their own: no import may hold them up. So has the
# reading of the sources: it may hold up nothing else.
CELERY_TASK_ROUTES = {
    "papers.tasks.refresh_heat": {"queue": "rankings"},
    "papers.tasks.apply_ranking_settings": {"queue": "rankings"},
    "papers.tasks.prune_snapshots": {"queue": "rankings"},
    "papers.tasks.freeze_field_levels": {"queue": "rankings"},
    # Minutes of waiting for other people's servers.
    "papers.tasks.harvest": {"queue": "harvest"},
}
# The timetable. Everything here is a sweep: running it twice, or late, does no harm.
CELERY_BEAT_SCHEDULE = {
    "every second: rank the votes that are waiting": {
        "task": "papers.tasks.refresh_heat",
        "schedule": timedelta(seconds=1),
        # When the worker was away, the ticks it missed are worthless.
        "options": {"expires": 2, "queue": "rankings"},
    },
    "every minute: apply numbers of the ranking that wait": {
        "task": "papers.tasks.apply_ranking_settings",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 50, "queue": "rankings"},
    },
    "every ten minutes: drop snapshots no page can still name": {
        "task": "papers.tasks.prune_snapshots",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 300, "queue": "rankings"},
    },
    "every minute: compute the levels of fields that are ten minutes old": {
        "task": "papers.tasks.freeze_field_levels",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 50, "queue": "rankings"},
    },
    "every quarter of an hour: close the standings of what is over": {
        "task": "papers.tasks.close_standings",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 600},
    },
    "every hour: keep the ranks of the front page of days that are over": {
        "task": "papers.tasks.archive_ranks",
        "schedule": timedelta(hours=1),
        "options": {"expires": 600},
    },
    "every minute: end suspensions that have run out": {
        "task": "papers.tasks.end_suspensions",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 50},
    },
    "every minute: go on reading the sources that are due": {
        "task": "papers.tasks.harvest_due",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 50},
    },
    "every night: forget what was taken out of lists a month ago": {
        "task": "papers.tasks.forget_removed_entries",
        "schedule": timedelta(days=1),
        "options": {"expires": 3600},
    },
    "every night: count the words of all papers": {
        "task": "papers.tasks.refresh_search_words",
        "schedule": timedelta(days=1),
        "options": {"expires": 3600},
    },
    "every night: find papers that may be one work": {
        "task": "papers.tasks.find_merge_candidates",
        "schedule": timedelta(days=1),
        "options": {"expires": 3600},
    },
    "every ten minutes: count the papers of each tag": {
        "task": "papers.tasks.count_tags",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 300},
    },
    "every night: compare the ranking with the votes": {
        "task": "papers.tasks.check_drift",
        "schedule": timedelta(days=1),
        "options": {"expires": 3600},
    },
    "every hour: count upvotes by why they count or not": {
        "task": "papers.tasks.count_votes",
        "schedule": timedelta(hours=1),
        "options": {"expires": 600},
    },
    "every night: look for accounts that upvote in lockstep": {
        "task": "papers.tasks.find_lockstep",
        "schedule": timedelta(days=1),
        "options": {"expires": 3600},
    },
    "every hour: look for crowds of new accounts, and for networks": {
        "task": "papers.tasks.find_sudden_crowds",
        "schedule": timedelta(hours=1),
        "options": {"expires": 600},
    },
    "every hour: forget from which networks the upvotes of a week ago came": {
        "task": "papers.tasks.forget_vote_origins",
        "schedule": timedelta(hours=1),
        "options": {"expires": 600},
    },
    "every night: clear expired sessions": {
        "task": "papers.tasks.clear_sessions",
        "schedule": timedelta(days=1),
        "options": {"expires": 3600},
    },
}

# --- Accounts -------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_USERNAME_VALIDATORS = "accounts.usernames.signup_username_validators"
# Names are lower case: log-in finds "Alice" by the index, sign-up refuses it and says why.
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
# Whoever waits for the link may ask for it twice more at once, then every few minutes.
ACCOUNT_RATE_LIMITS = {"confirm_email": "3/5m/key"}
# A changed password or address is announced by mail: it may not have been its owner.
ACCOUNT_EMAIL_NOTIFICATIONS = True
# One may look around unverified; upvotes count once the address is verified.
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# Proxies in front of the site, so that rate limits see the visitor's address.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# A passkey logs in by itself: it is something one has, and it asks for a finger or a PIN.
MFA_PASSKEY_LOGIN_ENABLED = True
# Browsers offer passkeys on http://localhost, which is not a secure origin to the library.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEVELOPMENT
MFA_ADAPTER = "accounts.passkeys.MFAAdapter"
MFA_FORMS = {
    "add_webauthn": "accounts.passkeys.AddPasskeyForm",
    "edit_webauthn": "accounts.passkeys.RenamePasskeyForm",
    "authenticate_webauthn": "accounts.passkeys.AuthenticateForm",
    "login_webauthn": "accounts.passkeys.LoginForm",
    "reauthenticate_webauthn": "accounts.passkeys.ReauthenticateForm",
}
# Staff must have a second factor before the admin opens, except on a development machine.
ADMIN_REQUIRES_MFA = env.bool("ADMIN_REQUIRES_MFA", default=not DEVELOPMENT)

# --- Mail -----------------------------------------------------------------------------------

DEV_MAIL_DIR = DATA_DIR / "mail"
if DEVELOPMENT and not env.str("EMAIL_URL", default=""):
    # Mail is kept as files and can be read at /dev/mail/.
    EMAIL_BACKEND = "config.mail.EmlFileBackend"
    EMAIL_FILE_PATH = str(DEV_MAIL_DIR)
else:
    vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <offprint@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 10

# --- Language and time ----------------------------------------------------------------------

LANGUAGE_CODE = "en"
# All in English so far; they differ in dates, times and numbers: config/formats. A decimal comma
# would also stand in the attributes of drawings, so no language that has one is offered.
LANGUAGES = [
    ("en", _("English")),
    ("en-gb", _("English, United Kingdom")),
    ("en-in", _("English, India")),
    ("en-se", _("English, ISO 8601")),
    ("en-us", _("English, United States")),
]
FORMAT_MODULE_PATH = "config.formats"
LOCALE_PATHS = [BASE_DIR / "papers" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# --- Static files ---------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(DATA_DIR / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str(
            "STATIC_STORAGE", default="whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# --- Security -------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "papers.views.errors.csrf_failure"
if not DEVELOPMENT:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("SECURE_COOKIES", default=True)
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
    SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
    if env.bool("BEHIND_TLS_PROXY", default=False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# A form field is never this large; an upload has its own limit.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

# --- Ranking --------------------------------------------------------------------------------

# The numbers of the formula are changed in the admin: papers/models/ranking_settings.py.
RANKING: dict[str, Any] = {
    # Papers kept in a snapshot of the front page.
    "snapshot_size": 1000,
}
# A catalogue paper published at most so long ago is listed by its first eligible upvote.
LISTING_BY_VOTE_DAYS = 30
UPVOTES_PER_HOUR = 600

# --- Reading the sources --------------------------------------------------------------------

# Whether beat reads the sources by itself. `manage.py fetch_arxiv` works without it.
HARVEST = env.bool("HARVEST", default=False)
# Whom the sources may write to when we are a nuisance: an e-mail address or a web page.
HARVEST_CONTACT = env.str("HARVEST_CONTACT", default="")
if HARVEST:
    required(
        "HARVEST_CONTACT",
        "Name an e-mail address or a web page at which arXiv and the other sources reach you: "
        "HARVEST_CONTACT=papers@example.org",
    )
# It stands in a header of every request.
if not (HARVEST_CONTACT.isascii() and HARVEST_CONTACT.isprintable()):
    raise ImproperlyConfigured(
        "HARVEST_CONTACT may have ASCII characters only. Write a name such as münchen.de as "
        "xn--mnchen-3ya.de, and other letters of a web address as %C3%BC."
    )
ARXIV_API_URL = env.str("ARXIV_API_URL", default="https://export.arxiv.org/api/query")
ARXIV_OAI_URL = env.str("ARXIV_OAI_URL", default="https://oaipmh.arxiv.org/oai")
ARXIV_RSS_URL = env.str("ARXIV_RSS_URL", default="https://rss.arxiv.org/rss")
BIORXIV_API_URL = env.str("BIORXIV_API_URL", default="https://api.biorxiv.org")
CROSSREF_API_URL = env.str("CROSSREF_API_URL", default="https://api.crossref.org")
# Archives and categories of arXiv that are read; empty for all of arXiv.
ARXIV_CATEGORIES = arxiv_categories(env.list("ARXIV_CATEGORIES", default=[]))
# Seconds, by whom we ask. Nobody who runs the site may make them smaller: arXiv's terms ask for
# three seconds, over all machines, all services and all times of day.
HARVESTING: dict[str, Any] = {
    # From the end of one request to the beginning of the next.
    "gap_seconds": {"arxiv": 3.0, "biorxiv": 1.0, "crossref": 1.0},
    # After the first refusal, doubled with each in a row, up to the second number.
    "back_off_seconds": (60.0, 600.0),
    # How long an answer may take. OAI thinks for a minute and more.
    "timeout_seconds": {"usual": 60.0, "slow": 180.0},
    # How long a worker is at it before it lets others come.
    "chunk_seconds": 230.0,
    # How many days back the first reading of a source goes.
    "first_days": 7,
}

# --- Logging --------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # A tick every second would bury everything else.
        "celery.beat": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        # An address that says nonsense is answered with 400 and a sentence, which is in the log of
        # requests. Django would write an error with a traceback for each that a crawler makes up,
        # and errors of ours would drown. Its other suspicions, such as of a host, stay.
        "django.security.SuspiciousOperation": {"level": "CRITICAL"},
    },
}

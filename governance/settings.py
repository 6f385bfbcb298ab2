"""Settings, all of them. What an operator may set is an environment variable read by `env`."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from governance import env, logs

BASE_DIR = env.CHECKOUT
VAR_DIR = env.VAR
VERSION = "0.1.0"

DEBUG = env.flag("BYLAW_DEBUG", default=False)
SECRET_KEY = env.secret_key()
PUBLIC_URL = env.text("BYLAW_PUBLIC_URL", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.names("BYLAW_ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
_public = urlsplit(PUBLIC_URL)
if _public.hostname and _public.hostname not in ALLOWED_HOSTS:
    ALLOWED_HOSTS.append(_public.hostname)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "governance.console.config.BylawAdminConfig",
    # Before auth, whose commands for accounts leave no entry: ours stand in for them.
    "governance.accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "django_filters",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "governance",
    "governance.access",
    "governance.connectors.webhook",
    "governance.heartbeat",
    "governance.idempotency",
    "governance.ledger",
    "governance.outbox",
    "governance.witnesses",
    "policies",
    "incidents",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "governance.signon.middleware.headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "governance.api.caching.KeepNothing",
    "governance.api.bounds.Bounded",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "governance.signon.middleware.living",
    "governance.signon.middleware.zoned",
    "governance.signon.middleware.spoken",
    "governance.api.withheld.Reader",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "governance.urls"
WSGI_APPLICATION = "governance.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "governance" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "governance.signon.frame.context",
            ]
        },
    }
]

# --- storage ---------------------------------------------------------------------------------

DATABASES = {"default": env.database("DATABASE_URL", "postgresql:///bylaw")}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})
# Each of our processes does one thing at a time, so each keeps one connection, which is looked at
# before it is used. A pool hands out one dead connection after the other when they were cut, with
# growing pauses in between; it is for those who serve with threads.
if env.flag("BYLAW_DATABASE_POOL", default=False):
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 4, "timeout": 10}
# The owner of the tables, for migrations: where it is given, DATABASE_URL names a role that owns
# nothing, and `prepare` alone is given both.
if env.text("BYLAW_OWNER_DATABASE_URL", ""):
    DATABASES["owner"] = env.database("BYLAW_OWNER_DATABASE_URL", "")
#: What we delete rows of; in all other tables the application's role may not.
ROWS_THAT_GO = (
    "access.Attempt",
    "access.NotedRead",
    "access.Refusal",
    "accounts.Membership",  # of who left a team
    "accounts.Session",  # long over
    "accounts.TeamSystem",  # of a system that was taken from one
    "idempotency.Answer",
    "incidents.Delivery",  # attempts that are long over
    "incidents.KeptFigures",  # which nobody looks at any more
    "ledger.PersonalData",  # which an erasure names
    "ledger.Unsealed",
    "mfa.Authenticator",
    "policies.PolicyVersion",  # drafts that were never submitted
    "sessions.Session",
    "socialaccount.SocialAccount",  # with the account that an erasure names
    "webhook.WebhookSecret",  # whose time is over
)
#: Of rows that are else kept as they were written, what an erasure marks; the role may change
#: nothing else of them.
COLUMNS_THAT_GO = {
    "incidents.Attachment": ("name",),
    "incidents.Decision": ("because",),
    "incidents.FileContent": ("data",),
    "incidents.Moment": ("basis", "source"),
    "incidents.MomentChoice": ("because",),
    "incidents.MomentWithdrawal": ("because",),
    "incidents.NoticeRevision": ("subject", "body", "enclosures"),
    "incidents.TimelineNote": ("text",),
}
#: What may be about a person, as an erasure would take it; shown to whoever may read personal data.
PERSONAL_COLUMNS = {
    "incidents.Attachment": ("name",),
    "incidents.Clock": ("note", "sent_to"),
    "incidents.Decision": ("because",),
    "incidents.Dispensation": ("reason", "evidence", "note", "ended_because"),
    "incidents.Duty": ("confirmation_note",),
    "incidents.Incident": ("title",),  # and facts of the report, which its policies name
    "incidents.Moment": ("basis", "source"),
    "incidents.MomentChoice": ("because",),
    "incidents.MomentWithdrawal": ("because",),
    "incidents.Notice": ("sent_to", "comment", "error"),
    "incidents.NoticeRevision": ("subject", "body", "enclosures"),
    "incidents.Reassessment": ("reason", "findings"),
    "incidents.SeverityOverride": ("reason", "note", "ended_because"),
    "incidents.Submission": ("problems",),  # and the body
    "incidents.TimelineNote": ("text",),
    "incidents.Timer": ("outcome",),
    "outbox.Message": (
        "destination",
        "subject",
        "text",
        "html",
        "payload",
        "because",
        "last_error",
    ),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.service("REDIS_URL", "redis://127.0.0.1:6379/0")

# --- people ----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
#: How many proxies of our own stand in front, each of which adds to X-Forwarded-For.
PROXIES = env.number("BYLAW_PROXIES", 1 if _public.scheme == "https" else 0)
#: A session that is not used for so long is over, and one that is so old whatever happens.
SESSION_IDLE = timedelta(minutes=env.number("BYLAW_SESSION_IDLE_MINUTES", 120, least=1))
SESSION_LIFE = timedelta(hours=env.number("BYLAW_SESSION_HOURS", 12, least=1))
SESSION_COOKIE_AGE = int(SESSION_LIFE.total_seconds())
#: Who has to have a second factor.
SECOND_FACTOR = env.choice(
    "BYLAW_SECOND_FACTOR", "optional", of=("optional", "approvers", "everyone")
)
#: The organisation's provider of sign-on (OpenID Connect); empty for none.
OIDC_ISSUER = env.text("BYLAW_OIDC_ISSUER", "").rstrip("/")
OIDC_NAME = env.text("BYLAW_OIDC_NAME", "single sign-on")
OIDC_ROLES_CLAIM = env.text("BYLAW_OIDC_ROLES_CLAIM", "")
OIDC_CLIENT_ID = env.text("BYLAW_OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = env.secret("BYLAW_OIDC_CLIENT_SECRET")
env.together("BYLAW_OIDC_ISSUER", "BYLAW_OIDC_CLIENT_ID")
env.together("BYLAW_OIDC_ISSUER", "BYLAW_OIDC_CLIENT_SECRET")
#: Another issuer has other people behind the same subjects.
OIDC_PROVIDER = f"oidc-{sha256(OIDC_ISSUER.encode()).hexdigest()[:16]}"
ACCOUNT_ADAPTER = "governance.signon.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_RATE_LIMITS = False  # governance.signon.guards
MFA_ADAPTER = "governance.signon.adapters.SecondFactorAdapter"
MFA_RATE_LIMITS = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Bylaw"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _public.scheme != "https"
SOCIALACCOUNT_ADAPTER = "governance.signon.provider.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True}}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _public.scheme == "https"
SECURE_SSL_REDIRECT = _public.scheme == "https"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked from inside
SECURE_HSTS_SECONDS = 31_536_000 if _public.scheme == "https" else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _public.scheme == "https" else None
#: What stands below our name, and the list that browsers ship, are not ours to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_issuer = urlsplit(OIDC_ISSUER)
_provider = [f"{_issuer.scheme}://{_issuer.netloc}"] if OIDC_ISSUER else []
#: No code and no styles but from our own files. Attributes of style stay: the theme has some.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        # The way to the provider of sign-on begins with a form of ours.
        "form-action": ["'self'", *_provider],
        "frame-ancestors": ["'none'"],
    }
}

# --- time and language -----------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
#: Of the console; docs/translating.md says how one is added.
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "governance" / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["governance.formats"]

# --- static files ----------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "governance" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 600

# --- the interface for tools -----------------------------------------------------------------

REPORT_BODY_LIMIT = 1_048_576  # bytes of one request body to the API
ATTACHMENT_LIMIT = env.number("BYLAW_ATTACHMENT_MEGABYTES", 10, least=1) * 1_048_576
#: Of one request to any address: a file as text of an API call, or a directory of policies.
REQUEST_LIMIT = max(2 * ATTACHMENT_LIMIT, 34 * 1_048_576)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * REPORT_BODY_LIMIT
RATE_LIMIT = env.number("BYLAW_RATE_LIMIT", 12_000)  # requests a minute of one caller; 0 for none
REQUIRE_IF_MATCH = env.flag("BYLAW_REQUIRE_IF_MATCH", default=False)
IDEMPOTENCY_HOURS = env.number("BYLAW_IDEMPOTENCY_HOURS", 24, least=1)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "governance.api.authentication.ApiKeyAuthentication",
        "governance.api.authentication.ConsoleSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["governance.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["governance.api.parsing.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "governance.api.pagination.NewestFirst",
    "DEFAULT_FILTER_BACKENDS": [
        "governance.api.permissions.WithinReach",
        "django_filters.rest_framework.DjangoFilterBackend",
    ],
    "EXCEPTION_HANDLER": "governance.api.problems.handle",
    "DEFAULT_SCHEMA_CLASS": "governance.api.openapi.Schema",
    "UNAUTHENTICATED_USER": None,
    "DATETIME_FORMAT": "iso-8601",
}

#: What the description of the API says of each operation.
API_OPERATIONS = (
    "governance.api.schema.OPERATIONS",
    "governance.api.schema_access.OPERATIONS",
    "policies.api.schema.OPERATIONS",
    "incidents.api.schema.OPERATIONS",
    "incidents.api.schema_after.OPERATIONS",
    "incidents.api.schema_around.OPERATIONS",
    "incidents.api.schema_endings.OPERATIONS",
)
API_EXAMPLES = (
    "governance/api/examples.json",
    "policies/api/examples.json",
    "incidents/api/examples.json",
)
SPECTACULAR_SETTINGS = {
    "TITLE": "Bylaw",
    "DESCRIPTION": "Policy-as-code governance for AI incidents. The conventions of all operations "
    "are in docs/api.md.",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["governance.api.openapi.complete"],
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "docExpansion": "none",
        "filter": True,
        "validatorUrl": None,  # by default somebody else's service is told our address
    },
}

# --- work in the background ------------------------------------------------------------------

TICK_SECONDS = env.number("BYLAW_TICK_SECONDS", 1, least=1)
WORKER_CONCURRENCY = env.number("BYLAW_WORKER_CONCURRENCY", 2, least=1)
OUTBOX_LEASE_SECONDS = env.number("BYLAW_OUTBOX_LEASE_SECONDS", 60, least=2)
OUTBOX_SEND_SECONDS = OUTBOX_LEASE_SECONDS * 2 / 3  # connecting included: over before the lease is
_ALIVE = max(60, 10 * TICK_SECONDS, OUTBOX_LEASE_SECONDS)  # while one message takes its longest
_STALE = env.number("BYLAW_STALE_SECONDS", _ALIVE, least=5)
HEARTBEAT_JOBS = {  # periodic job: seconds after which /readyz calls it stale
    "incidents.sweep": _STALE,
    "outbox.deliver": _STALE,
    "policies.impacts": _STALE,
    "policies.feeds": _STALE,
    "ledger.seal": _STALE,
    "ledger.verify": _STALE,
    "access.tell": _STALE,
    "evidence.exports": _STALE,
    "incidents.publish": _STALE,
    "governance.deadman": _STALE,
    "incidents.figures": max(_STALE, 600),  # one statement over all incidents may take minutes
    "incidents.retention": max(_STALE, 3600),
    "idempotency.expire": max(_STALE, 3600),
    "accounts.keys": max(_STALE, 3600),
}
#: Seconds between two ticks, where that is no tick's.
SLOW_JOBS = {"incidents.retention": 600, "idempotency.expire": 600, "accounts.keys": 600}
_LAG = env.number("BYLAW_LAG_SECONDS", 120, least=5)
LAG_LIMITS = {  # kind of row: seconds it may lie due before /readyz calls it too long
    "timers": _LAG,
    "messages": _LAG,
    "submissions": _LAG,
    "entries": _LAG,
    "undelivered": max(1800, _LAG),  # a mail host may be away for a while
}

# --- who is given the checkpoints of the audit trail -------------------------------------------

#: A file, or a directory, written with a slash at its end; empty for none.
WITNESS_FILE = env.text("BYLAW_WITNESS_FILE", "")
#: The address of a bucket, and what the names of objects in it are to begin with.
WITNESS_STORE_URL = env.text("BYLAW_WITNESS_STORE_URL", "")
WITNESS_STORE_KEY_ID = env.text("BYLAW_WITNESS_STORE_KEY_ID", "")
WITNESS_STORE_KEY = env.secret("BYLAW_WITNESS_STORE_KEY")
WITNESS_STORE_REGION = env.text("BYLAW_WITNESS_STORE_REGION", "us-east-1")
env.together("BYLAW_WITNESS_STORE_URL", "BYLAW_WITNESS_STORE_KEY_ID")
env.together("BYLAW_WITNESS_STORE_URL", "BYLAW_WITNESS_STORE_KEY")
WITNESS_WEBHOOK_URL = env.text("BYLAW_WITNESS_WEBHOOK_URL", "")
WITNESS_WEBHOOK_KEY = env.webhook_key("BYLAW_WITNESS_WEBHOOK_KEY")
env.together("BYLAW_WITNESS_WEBHOOK_URL", "BYLAW_WITNESS_WEBHOOK_KEY")
WITNESS_STDOUT = env.flag("BYLAW_WITNESS_STDOUT", default=False)
WITNESS_MAIL = env.names("BYLAW_WITNESS_MAIL", ())
WITNESS_TSA_URL = env.text("BYLAW_WITNESS_TSA_URL", "")
WITNESS_TSA_ROOT = env.file("BYLAW_WITNESS_TSA_ROOT")
env.together("BYLAW_WITNESS_TSA_URL", "BYLAW_WITNESS_TSA_ROOT")
WITNESS_SECONDS = {  # witness: the least time between two checkpoints that it is given
    "file": env.number("BYLAW_WITNESS_FILE_SECONDS", 60, least=1),
    "store": env.number("BYLAW_WITNESS_STORE_SECONDS", 60, least=1),
    "webhook": env.number("BYLAW_WITNESS_WEBHOOK_SECONDS", 60, least=1),
    "stdout": env.number("BYLAW_WITNESS_STDOUT_SECONDS", 60, least=1),
    "mail": env.number("BYLAW_WITNESS_MAIL_SECONDS", 86_400, least=60),
    "tsa": env.number("BYLAW_WITNESS_TSA_SECONDS", 3600, least=10),
}
#: From when on one that fails is late, and administrators are told.
WITNESS_PATIENCE_SECONDS = env.number("BYLAW_WITNESS_PATIENCE_SECONDS", 3600, least=5)
if (
    WITNESS_FILE
    or WITNESS_STORE_URL
    or WITNESS_WEBHOOK_URL
    or WITNESS_STDOUT
    or WITNESS_MAIL
    or WITNESS_TSA_URL
):
    # Before deliveries: both wait for the same turn, and those may fill every second.
    HEARTBEAT_JOBS = {"ledger.witness": _STALE, **HEARTBEAT_JOBS}
    LAG_LIMITS["witnessed"] = WITNESS_PATIENCE_SECONDS

# --- the audit trail ---------------------------------------------------------------------------

#: Where the keys are that checkpoints are signed with: a directory that outlives the process, is
#: shared by all that run workers, and is no part of the database's backup.
LEDGER_KEYS = Path(env.text("BYLAW_LEDGER_KEYS", str(VAR_DIR / "ledger")))

# --- retention ---------------------------------------------------------------------------------

RETENTION_PERIODS = env.file("BYLAW_RETENTION")  # own periods, besides those that are shipped

# --- evidence --------------------------------------------------------------------------------

#: Evidence packages are made by workers and fetched from web: a directory that both see.
EXPORTS = Path(env.text("BYLAW_EXPORTS", str(VAR_DIR / "exports")))
EXPORT_DAYS = env.number("BYLAW_EXPORT_DAYS", 30, least=1)

# --- outward ---------------------------------------------------------------------------------

OUTBOUND_ALLOW = env.hosts("BYLAW_OUTBOUND_ALLOW")  # may be private and speak plain http
OUTBOUND_CA = env.file("BYLAW_OUTBOUND_CA")  # authorities trusted besides the public ones

# --- watched from outside --------------------------------------------------------------------

DEADMAN_URL = env.text("BYLAW_DEADMAN_URL", "")  # a secret: whoever has it can feign our health
DEADMAN_SECONDS = env.number("BYLAW_DEADMAN_SECONDS", 60, least=1)
METRICS_TOKEN = env.secret("BYLAW_METRICS_TOKEN")

# --- mail ------------------------------------------------------------------------------------

globals().update(env.smtp("SMTP_URL", "smtp://localhost:25"))  # EMAIL_HOST and its kin
SMTP_CA = env.file("BYLAW_SMTP_CA")  # the authority trusted instead of the system's
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = OUTBOX_SEND_SECONDS / 2
DEFAULT_FROM_EMAIL = env.text("BYLAW_MAIL_FROM", "bylaw@localhost")
MAIL_CATCHER_DIR = (
    Path(found) if (found := env.service("BYLAW_MAIL_CATCHER", "")) else None
)  # where the development mail catcher keeps what it caught

# --- what packages find of one another by name -----------------------------------------------

WARM_UP = ("policies.releases.in_force",)  # what a web process does before its first request
INCIDENT_CASES = "incidents.cases.STORED"  # where policies find stored incidents to simulate on
INCIDENT_MODEL = "incidents.Incident"
#: What belongs to a system, and the columns that lead to it: teams reach it with their systems.
#: Models that stand neither here nor in INCIDENT_OF are reached organisation-wide only.
SYSTEM_OF = {
    "incidents.Attachment": ("incident__system",),
    "incidents.Clock": ("incident__system",),
    "incidents.Decision": ("incident__system",),
    "incidents.Dispensation": ("incident__system",),
    "incidents.Duty": ("incident__system",),
    "incidents.Erasure": ("incident__system",),
    "incidents.Incident": ("system",),
    "incidents.IncidentLink": ("incident__system",),
    "incidents.IncidentRole": ("incident__system",),
    "incidents.LegalHold": ("incident__system", "system"),
    "incidents.Moment": ("incident__system",),
    "incidents.MomentChoice": ("incident__system",),
    "incidents.MomentWithdrawal": ("incident__system",),
    "incidents.Notice": ("incident__system",),
    "incidents.NoticeRevision": ("notice__incident__system",),
    "incidents.Reassessment": ("incident__system",),
    "incidents.SeverityOverride": ("incident__system",),
    "incidents.Signal": ("incident__system",),
    "incidents.Submission": ("incident__system",),
    "incidents.TimelineNote": ("incident__system",),
    "incidents.Timer": ("incident__system",),
}
#: What holds the key of an incident instead, by the column that does.
INCIDENT_OF = {
    "incidents.Export": "incident_id",
    "incidents.ExportShare": "export__incident_id",
    "ledger.Entry": "incident_id",
    "outbox.Message": "incident_id",
}
#: What is verified besides the log itself: stored objects against what the log says of them.
LEDGER_AUDITS = (
    "governance.ledger.audits.PARTS",
    "governance.outbox.audits.PARTS",
    "policies.audits.PARTS",
    "incidents.audits.PARTS",
)
#: Who measures how far the engine is behind.
MEASURES = (
    "governance.ledger.measures",
    "governance.outbox.measures",
    "governance.witnesses.measures",
    "incidents.measures",
    "incidents.following.measures",
)

# --- logs ------------------------------------------------------------------------------------

LOGGING = logs.configuration(
    level=env.choice("BYLAW_LOG_LEVEL", "INFO", of=("DEBUG", "INFO", "WARNING", "ERROR")),
    form=env.choice("BYLAW_LOG_FORMAT", "json", of=("json", "text")),
)

UNFOLD = {
    "SITE_TITLE": "Bylaw",
    "SITE_HEADER": "Bylaw",
    "SITE_SUBHEADER": _("AI incident governance"),
    "SITE_SYMBOL": "gavel",
    "SITE_URL": None,
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "ACCOUNT": {"navigation": [{"title": _("My account"), "link": reverse_lazy("account")}]},
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": "governance.console.site.navigation",
    },
}

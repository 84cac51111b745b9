"""Settings, read from the environment: one mode, one database address, one data folder."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from diaphane.config.logs import LOGGING as LOGGING
from diaphane.config.pro_sante_connect import read_pro_sante_connect
from diaphane.config.production import refuse_unsafe
from diaphane.kernel.modes import Mode
from diaphane.web.static_policy import add_policy

ROOT = Path(__file__).resolve().parents[3]
MODE = Mode(os.environ.get("DIAPHANE_MODE", "production"))
DEBUG = False
DATA = Path(os.environ.get("DIAPHANE_DATA", ROOT / "var"))
FRONTEND = Path(os.environ.get("DIAPHANE_FRONTEND", ROOT / ".frontend"))
BASE_URL = os.environ.get("DIAPHANE_URL", "http://127.0.0.1:8000").rstrip("/")
IS_HTTPS = BASE_URL.startswith("https://")

SECRET_KEY = os.environ.get("DIAPHANE_SECRET_KEY", "")
if MODE is Mode.PRODUCTION:
    refuse_unsafe(base_url=BASE_URL, secret_key=SECRET_KEY)
PRO_SANTE_CONNECT = read_pro_sante_connect(os.environ)
# The class that sends text messages; none is built in, and the demo's own writes them in a folder.
TEXT_SERVICE = "diaphane.demo.texts.WrittenTexts" if MODE is Mode.DEMO else ""
# The class of the client of the national identity service (INSi); none is built in but the demo's own.
NATIONAL_SERVICE = "diaphane.demo.insi.DemoInsi" if MODE is Mode.DEMO else ""
# A licensed guide of good use, of the form of docs/conformance/appropriateness.md; none is shipped.
GUIDE = os.environ.get("DIAPHANE_GUIDE", "")
# Outside services of decision support (CDS Hooks 2.0), one address for each hook; none unless it is said.
CDS_SERVICES = {
    "order-select": os.environ.get("DIAPHANE_CDS_ORDER_SELECT", ""),
    "order-sign": os.environ.get("DIAPHANE_CDS_ORDER_SIGN", ""),
}
CDS_TOKEN = os.environ.get("DIAPHANE_CDS_TOKEN", "")
METRICS_TOKEN = os.environ.get("DIAPHANE_METRICS_TOKEN", "")
SECRET_KEY = SECRET_KEY or "not-a-secret-outside-demo-and-tests"
# The key that signs the audit trail each day: a file, made by `./diaphane manage audit_key`.
AUDIT_KEY = Path(os.environ.get("DIAPHANE_AUDIT_KEY", DATA / "audit" / "signing.pem"))
# Where the trail is sent besides (audit messages, RFC 5425): tls://host:6514, whom to believe, our proof.
AUDIT_COLLECTOR = os.environ.get("DIAPHANE_AUDIT_COLLECTOR", "")
AUDIT_COLLECTOR_CA = os.environ.get("DIAPHANE_AUDIT_COLLECTOR_CA", "")
AUDIT_COLLECTOR_CERTIFICATE = os.environ.get("DIAPHANE_AUDIT_COLLECTOR_CERTIFICATE", "")
AUDIT_COLLECTOR_KEY = os.environ.get("DIAPHANE_AUDIT_COLLECTOR_KEY", "")

ALLOWED_HOSTS = [urlsplit(BASE_URL).hostname or "127.0.0.1", "127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
    "csp",
    "diaphane.events",
    "diaphane.audit",
    "diaphane.accounts",
    "diaphane.organisations",
    "diaphane.access",
    "diaphane.patients",
    "diaphane.admissions",
    "diaphane.acts",
    "diaphane.requests",
    "diaphane.consents",
    "diaphane.conversations",
    "diaphane.scheduling",
    "diaphane.rosters",
    "diaphane.imaging",
    "diaphane.media",
    "diaphane.acquisition",
    "diaphane.reporting",
    "diaphane.delivery",
    "diaphane.sharing",
    "diaphane.privacy",
    "diaphane.journeys",
    "diaphane.web",
    *(["diaphane.demo"] if MODE is Mode.DEMO else []),
    # After ours: our templates and our French come first.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "diaphane.web.middleware.ClosedDoorsMiddleware",
    "diaphane.web.static_files.StaticFilesMiddleware",
    "diaphane.config.logs.RequestContextMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "diaphane.web.middleware.ChosenLanguageMiddleware",
    "diaphane.web.pacing.PaceMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "diaphane.accounts.session_age.SessionAgeMiddleware",
    "diaphane.web.middleware.SessionEndedMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "diaphane.accounts.devices.KnownDeviceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "diaphane.organisations.middleware.ActorMiddleware",
    "diaphane.web.middleware.SecondFactorMiddleware",
    "diaphane.web.middleware.DeclaredRightsMiddleware",
    "diaphane.web.middleware.SamePersonMiddleware",
    "diaphane.web.middleware.LivePositionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "diaphane.web.middleware.RefusalMiddleware",
]

# What stands around a reading of DICOMweb whose caller is recognised (diaphane.interop.dicomweb.direct).
DIRECT_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "diaphane.web.middleware.ClosedDoorsMiddleware",
    "diaphane.config.logs.RequestContextMiddleware",
    "diaphane.web.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "diaphane.config.urls"
ASGI_APPLICATION = "diaphane.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "diaphane.web.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "diaphane.web.components.tags",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", "postgresql:///diaphane"),
        conn_max_age=0,
        conn_health_checks=True,
    )
}
# Searches are planned once by each connection, which halves them; the ORM's own statements never are.
DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = 5
if MODE is not Mode.TEST:
    # Under ASGI each request has a thread of its own: a connection kept by its thread is never found again.
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 24, "timeout": 20}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

# What is kept here protects people: it is not thrown out to make room for what a stranger brings in.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

# Login (R39): e-mail and password, then a one-time code or a passkey; or a passkey that checks who holds it.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "diaphane.accounts.adapters.AccountAdapter"
MFA_ADAPTER = "diaphane.accounts.adapters.SecondFactorAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
# Tries are slowed down by diaphane.accounts.tries, which no stranger can turn against an account.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
MFA_RATE_LIMITS = {"webauthn_login": None}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Diaphane"
# A telephone's clock may drift by one step; each step serves once all the same (diaphane.accounts.codes).
MFA_TOTP_TOLERANCE = 1
ACCOUNT_FORMS = {
    "login": "diaphane.web.account_forms.LoginForm",
    "reauthenticate": "diaphane.web.account_forms.ReauthenticateForm",
    "change_password": "diaphane.web.account_forms.ChangePasswordForm",
}
MFA_FORMS = {
    "authenticate": "diaphane.web.account_forms.AuthenticateForm",
    "reauthenticate": "diaphane.web.account_forms.CodeReauthenticateForm",
    "activate_totp": "diaphane.web.account_forms.ActivateTOTPForm",
    "add_webauthn": "diaphane.web.account_forms.AddPasskeyForm",
    "login_webauthn": "diaphane.web.account_forms.LoginPasskeyForm",
    "edit_webauthn": "diaphane.web.account_forms.RenamePasskeyForm",
}
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "diaphane.accounts.password_words.ExpectedWordsValidator"},
]
# A cookie so named is refused by browsers unless it is secure, for this host alone and for every path.
_COOKIE_PREFIX = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}diaphane_session"
# Without anything asked; a session that goes on ends with the shift (diaphane.accounts.session_age).
SESSION_COOKIE_AGE = 2 * 3600
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
DEVICE_COOKIE_NAME = f"{_COOKIE_PREFIX}diaphane_device"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}diaphane_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
LANGUAGE_COOKIE_SECURE = IS_HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "diaphane.web.refusals.csrf_failure"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = f"{_COOKIE_PREFIX}diaphane_language"
LOCALE_PATHS = sorted((ROOT / "src" / "diaphane").glob("*/locale"))
FORMAT_MODULE_PATH = ["diaphane.config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

STATIC_URL = "/static/"
STATIC_ROOT = None  # WhiteNoise serves from the source folders: no build step to forget
STATICFILES_DIRS = [
    (f"vendor/{part}", FRONTEND / part)
    for part in ("htmx", "htmx-ext-sse", "tabler", "atkinson", "openjph")
    if (FRONTEND / part).is_dir()
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ADD_HEADERS_FUNCTION = add_policy
OBJECTS = DATA / "objects"
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "objects": {"BACKEND": "diaphane.imaging.storage.DurableFolder"},
}
if bucket := os.environ.get("DIAPHANE_BUCKET", ""):
    STORAGES["objects"] = {
        "BACKEND": "diaphane.imaging.bucket.DurableBucket",
        "OPTIONS": {"url": bucket, "endpoint": os.environ.get("AWS_ENDPOINT", "")},
    }

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("DIAPHANE_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("DIAPHANE_SMTP_PORT", "25"))
DEFAULT_FROM_EMAIL = os.environ.get("DIAPHANE_MAIL_FROM", "Diaphane <ne-pas-repondre@diaphane.example>")
if MODE is Mode.DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA / "mail"

LOGGING_CONFIG = "logging.config.dictConfig"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

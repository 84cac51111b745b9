"""The viewer's own entry page and policy: it needs WebAssembly, workers and inline styles."""

import base64
import hashlib
import re

BASE = "/viewer/"
WORKER_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'; connect-src 'self' blob: data:"
)
"""Policy of a worker: the codecs name their functions by evaluating text. It has no page and no way out."""
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
_OUTSIDE_LINK = re.compile(r'<link rel="(?:manifest|yandex[^"]*|apple-[^"]*)"[^>]*>')
_SERVICE_WORKER = re.compile(r'<script[^>]*src="/init-service-worker\.js"[^>]*></script>')


def rewrite_index(published: str, *, language: str, title: str, style: str) -> str:
    """Move the published page below the viewer's path, without what calls home or asks to be installed.

    ``style`` is the address of our own style sheet, which comes last.
    """
    page = _SERVICE_WORKER.sub("", _OUTSIDE_LINK.sub("", published))
    page = re.sub(r'(href|src|content|PUBLIC_URL)="/', rf'\1="{BASE}', page)
    page = page.replace('<html lang="en">', f'<html lang="{language}">', 1)
    page = page.replace("</body>", f'<link rel="stylesheet" href="{style}"></body>', 1)
    return re.sub(r"<title>.*?</title>", f"<title>{title}</title>", page, count=1)


def make_policy(page: str) -> str:
    """Return the policy under which the page runs: inline scripts by their hash only."""
    scripts = " ".join(f"'sha256-{_hash(script)}'" for script in _INLINE_SCRIPT.findall(page))
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'wasm-unsafe-eval' {scripts}".rstrip(),
            "worker-src 'self' blob:",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' blob: data:",
            "frame-ancestors 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

"""The policy that comes with a static file. Settings name it: nothing of Django is imported here."""

from wsgiref.headers import Headers

DECODER = "/static/diaphane/films/decoder.js"
DECODER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
"""A worker runs under the policy of its own file: this one compiles WebAssembly, so that no page must."""


def add_policy(headers: Headers, _path: str, url: str) -> None:
    """Give the decoder its policy."""
    if url == DECODER:
        headers["Content-Security-Policy"] = DECODER_POLICY

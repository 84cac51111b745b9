"""Serve our static files under ASGI: whole, for they are small; Django would gather the pieces anyway."""

import re

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

_VERSIONED = re.compile(r"/\d+\.\d+\.\d+/")


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise, without the file iterator that an asynchronous server can only exhaust with a warning."""

    def immutable_file_test(self, path: str, url: str) -> bool:
        """Say that a file whose address holds its version is never another one."""
        return _VERSIONED.search(url) is not None

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:  # type: ignore[override]
        """Answer one file."""
        pieces = WhiteNoiseMiddleware.serve(static_file, request)  # type: ignore[no-untyped-call]
        response = HttpResponse(b"".join(pieces.streaming_content), status=pieces.status_code)
        del response["Content-Type"]
        for name, value in pieces.items():
            response[name] = value
        # The file alone: closing the response would announce the end of this request a second time.
        if pieces.file_to_stream is not None:
            pieces.file_to_stream.close()
        return response

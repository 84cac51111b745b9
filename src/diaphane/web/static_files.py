"""Serve our static files under ASGI: whole, for they are small; Django would gather the pieces anyway."""

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise, without the file iterator that an asynchronous server can only exhaust with a warning."""

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

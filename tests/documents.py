"""Documents that prove something, and files that only pretend to."""

import io

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PROGRAM = b"MZ\x90\x00 this is a program, whatever its name"
PAGE = b"<html><script>alert(1)</script></html>"


def make_png(*, width: int = 8) -> bytes:
    """Return a small image."""
    stream = io.BytesIO()
    Image.new("L", (width, 8), 200).save(stream, "PNG")
    return stream.getvalue()

"""What schemathesis does not know by itself: a file that is a PDF."""

from __future__ import annotations

import schemathesis
from hypothesis import strategies as st

_OBJECTS = (
    b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n",
    b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n",
    b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n",
)


def small_pdf() -> bytes:
    """A PDF of one empty page."""
    made, places = b"%PDF-1.7\n", []
    for each in _OBJECTS:
        places.append(len(made))
        made += each
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + table + b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(made)


schemathesis.openapi.media_type("application/pdf", st.just(small_pdf()))

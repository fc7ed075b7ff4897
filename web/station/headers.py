"""What every page says to the browser about itself: scripts and styles are ours alone, nobody frames it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit


def page_headers(*, provider: str = "") -> Mapping[str, str]:
    """Headers of a page.

    Args:
        provider: address of the identity provider that the sign-in form leads to; a form must not lead
            anywhere else.
    """
    forms = "'self'"
    if provider:
        parts = urlsplit(provider)
        forms += f" {parts.scheme}://{parts.netloc}"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        f"connect-src 'self'; form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Cross-Origin-Opener-Policy": "same-origin",
        # With no-referrer a browser would send forms of ours under the origin "null".
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    }

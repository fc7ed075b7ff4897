"""QR codes that offices print: identity cards, land certificates, dossiers. Their text is untrusted data.

Only what validates is taken. Addresses of pages are kept as evidence and never opened.
"""

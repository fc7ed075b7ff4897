"""Signing and verifying: the only home of the signing library, of certificates and of keys.

Doors: ``signing.signer`` (make signatures), ``signing.verify`` (judge them), ``signing.trust`` (whom to
believe), ``signing.demo`` (a PKI for demonstrations), ``signing.keys``, ``signing.timestamps`` (with what).
None of them loads the signing library before it is needed.
"""

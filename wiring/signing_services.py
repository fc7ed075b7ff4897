"""The signing half of an installation: keys, authorities, trust, policies, and what signs and verifies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from dossier.errors import SettingsError, StoreMissingError
from dossier.moments import VIETNAM
from wiring.settings import Settings

if TYPE_CHECKING:
    from dossier.evidence import RenewalRules
    from dossier.ports import Clock
    from signing.archive import Archivist
    from signing.certificate_facts import CertificateFacts
    from signing.demo import DemoPki
    from signing.detached import DetachedSigner
    from signing.key_sources import KeyOpener, KeySource, Pkcs11Source
    from signing.keys import SigningKey
    from signing.policies import Policies
    from signing.report import ExpectedSignature, Report
    from signing.revocation import RevocationSource
    from signing.signer import DocumentSigner, SigningSetup
    from signing.timestamps import TimestampSource
    from signing.token_session import TokenDriver
    from signing.trust import TrustStore
    from signing.verdict_cache import VerdictCache
    from wiring.key_settings import Role


class SigningServices:
    """What ``wiring.services.Services`` has to do with signatures; made when first used, like the rest.

    Attributes:
        token_driver: how a token is reached; by the PKCS#11 library of its maker if ``None``.
    """

    def __init__(self, settings: Settings, *, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self._stack = ExitStack()
        self._keys: dict[Role, SigningKey] = {}
        self.token_driver: Callable[[Pkcs11Source], TokenDriver] | None = None

    def today(self) -> date:
        """Today's date in Vietnam."""
        return self.clock().astimezone(VIETNAM).date()

    @property
    def rules_folder(self) -> Path:
        """The office's own tables; it need not be there."""
        return self.settings.rules or self.settings.data / "rulebook"

    @property
    def uses_demo_keys(self) -> bool:
        """Whether any signature would be made with a demo key."""
        return self.settings.officer_key is None or self.settings.organisation_key is None

    @cached_property
    def trust(self) -> TrustStore:
        """Roots this installation trusts; nothing but what was added."""
        from signing.trust import TrustStore  # noqa: PLC0415

        return TrustStore(self.settings.data / "trust", production=self.settings.production)

    @property
    def stamps_later(self) -> bool:
        """Whether papers are filed before they are stamped: an authority on the network may take minutes."""
        return bool(self.settings.timestamps)

    @property
    def stamps_at_once(self) -> int:
        """How many papers are completed together."""
        return self.settings.timestamps[0].at_once if self.settings.timestamps else 1

    @cached_property
    def signer(self) -> DocumentSigner:
        """Officer's and organisation's keys, timestamps and revocation data behind one signer.

        Raises:
            KeyUnusableError, DemoKeyError: a key cannot be used here and now.
        """
        from signing.signer import DocumentSigner  # noqa: PLC0415

        return self._stack.enter_context(DocumentSigner(self._setup))

    @cached_property
    def stamper(self) -> DocumentSigner:
        """The same for completing papers, with a loop of its own: it may be cut off while it waits.

        Raises:
            KeyUnusableError, DemoKeyError: a key cannot be used here and now.
        """
        from signing.signer import DocumentSigner  # noqa: PLC0415

        return self._stack.enter_context(DocumentSigner(self._setup))

    def cut_off_stamper(self) -> None:
        """End what waits for a stamp now; nothing, when no paper was being completed."""
        # Asking for the stamper would make it, keys and all.
        made = vars(self).get("stamper")
        if made is not None:
            made.cancel()

    @cached_property
    def _setup(self) -> SigningSetup:
        from signing.levels import Level  # noqa: PLC0415
        from signing.signer import SigningSetup  # noqa: PLC0415

        return SigningSetup(
            officer=self.key("officer"),
            organisation=self.key("organisation"),
            timestamps=self._timestamps(),
            revocation=self._revocation(),
            clock=self.clock,
            officer_level=Level.B_B if self.stamps_later else Level.B_T,
            production=self.settings.production,
        )

    @cached_property
    def policies(self) -> Policies:
        """Signature policies of the project and the office; a wrong file stops with file and line."""
        from signing.policies import load_policies  # noqa: PLC0415

        return load_policies(self.rules_folder)

    @cached_property
    def verdicts(self) -> VerdictCache | None:
        """Verdicts reached before; none before there is a data folder. Production has its own."""
        from signing.verdict_cache import VerdictCache  # noqa: PLC0415
        from wiring.program import program_version  # noqa: PLC0415

        if not (self.settings.data / "motlan-store.json").exists():
            return None
        mode = "production" if self.settings.production else "demonstration"
        folder = self.settings.data / "cache" / "verdicts" / mode
        return VerdictCache(folder=folder, program=program_version())

    @cached_property
    def archivist(self) -> Archivist:
        """What adds document timestamps to signed files.

        Raises:
            DemoKeyError: production without a timestamp authority of its own.
        """
        from signing.archive import ArchiveSetup, Archivist  # noqa: PLC0415

        return self._stack.enter_context(
            Archivist(
                ArchiveSetup(
                    timestamps=self._timestamps(),
                    revocation=self._revocation(),
                    trust=self.trust,
                    clock=self.clock,
                    policy=lambda at: self.policies.on(at.astimezone(VIETNAM).date()),
                    digest=self.settings.archive_digest,
                    production=self.settings.production,
                )
            )
        )

    @property
    def renewal_rules(self) -> RenewalRules:
        """By what renewal is planned."""
        from dossier.evidence import RenewalRules  # noqa: PLC0415

        return RenewalRules(digest_ends=self.digest_ends, lead_days=self.settings.renewal_lead_days)

    def digest_ends(self, digest: str) -> date | None:
        """The day from which a digest may no longer be relied on; ``None`` while none is set."""
        last = self.policies.on(self.today()).digest_ends(digest)
        return last if last in (None, date.min) else last + timedelta(days=1)

    def verify(
        self, path: Path, *, at: datetime, expected: Sequence[ExpectedSignature] | None = None
    ) -> Report:
        """The verdict on a file today, under the roots of this installation and the policy of the day.

        Raises:
            PdfUnreadableError: it is no PDF that can be read.
        """
        return self._verdict(path, at=at, expected=expected)

    def verify_under(
        self, path: Path, *, at: datetime, policy: str | None, asked_day: bool, cached: bool
    ) -> Report:
        """The verdict on a file as somebody asks for it.

        Args:
            path: the file.
            at: aware; the moment for which it is judged.
            policy: id of a signature policy; that of the day of ``at`` if ``None``.
            asked_day: whether ``at`` is a day somebody asked for.
            cached: whether a verdict of the same day on the same bytes may be taken.

        Raises:
            PolicyUnknownError: no such policy, or none on that day.
            PdfUnreadableError: it is no PDF that can be read.
        """
        return self._verdict(path, at=at, policy=policy, asked_day=asked_day, cached=cached)

    def _verdict(  # noqa: PLR0913 - what a verdict depends on has these parts
        self,
        path: Path,
        *,
        at: datetime,
        expected: Sequence[ExpectedSignature] | None = None,
        policy: str | None = None,
        asked_day: bool = False,
        cached: bool = True,
    ) -> Report:
        from signing.verify import verify_file  # noqa: PLC0415

        day = at.astimezone(VIETNAM).date()
        return verify_file(
            path,
            trust=self.trust,
            at=at,
            expected=expected,
            policy=self.policies.named(policy) if policy else self.policies.on(day),
            cache=self.verdicts if cached else None,
            asked_day=asked_day,
        )

    @cached_property
    def _demo(self) -> DemoPki:
        from signing.demo import ensure_demo_pki  # noqa: PLC0415

        if not (self.settings.data / "motlan-store.json").exists():
            raise StoreMissingError(str(self.settings.data))
        return ensure_demo_pki(self.settings.data / "demo-pki", now=self.clock())

    def key(self, role: Role) -> SigningKey:
        """The key of a role, opened once.

        Raises:
            KeyUnusableError, PinRefusedError, TokenMissingError, SigningServiceError: it cannot be reached.
        """
        if role not in self._keys:
            self._keys[role] = self._open_key(role)
        return self._keys[role]

    def _open_key(self, role: Role) -> SigningKey:
        source = self._source(role)
        if source is not None:
            return self._opener.open(source, item=role)
        return self._demo.officer() if role == "officer" else self._demo.organisation()

    def _source(self, role: Role) -> KeySource | None:
        return self.settings.officer_key if role == "officer" else self.settings.organisation_key

    def signer_as(self, role: Role) -> DocumentSigner:
        """A signer for one role alone: nobody is asked for the PIN or the phone of the other.

        The other key is then needed for the width of its mark only; where opening it would ask somebody, the
        key of the role stands in.

        Raises:
            KeyUnusableError, DemoKeyError: the key cannot be used here and now.
        """
        from signing.key_sources import Pkcs12Source  # noqa: PLC0415
        from signing.signer import DocumentSigner, SigningSetup  # noqa: PLC0415

        other: Role = "organisation" if role == "officer" else "officer"
        source = self._source(other)
        silent = isinstance(source, Pkcs12Source) or (source is None and self._source(role) is None)
        key = self.key(role)
        pair = {role: key, other: self.key(other) if silent else key}
        setup = SigningSetup(
            officer=pair["officer"],
            organisation=pair["organisation"],
            timestamps=self._timestamps(),
            revocation=self._revocation(),
            clock=self.clock,
            production=self.settings.production,
        )
        return self._stack.enter_context(DocumentSigner(setup))

    @property
    def a_person_holds_the_pin(self) -> bool:
        """Whether the organisation's key is on a token whose PIN only a person knows."""
        return _asks_for_pin(self._source("organisation"))

    def organisation_certificate(self) -> CertificateFacts | None:
        """The certificate that the office signs with; nothing where nobody can tell without a PIN or a phone.

        Raises:
            KeyUnusableError, DemoKeyError: the key cannot be used here and now.
        """
        from signing.certificate_facts import CertificateFacts  # noqa: PLC0415
        from signing.key_sources import Pkcs11Source, RemoteSource  # noqa: PLC0415

        source = self._source("organisation")
        if isinstance(source, RemoteSource):
            return None
        if not isinstance(source, Pkcs11Source) or not _asks_for_pin(source):
            return CertificateFacts.of(self.key("organisation").certificate)
        from signing.token_key import TokenChoice, shown_certificate  # noqa: PLC0415

        choice = TokenChoice(label=source.cert_label, id=bytes.fromhex(source.cert_id))
        found = shown_certificate((self.token_driver or _proving_driver)(source), choice)
        return CertificateFacts.of(found) if found is not None else None

    @contextmanager
    def signing_for_a_person(self, pin: str | None) -> Iterator[DocumentSigner]:
        """The organisation's signer for one sitting of a person.

        With a PIN the token is opened for this alone: it must be the right one even where the program uses
        the token too, and it is forgotten when the block ends.

        Args:
            pin: of the organisation's token; ``None`` where the program can sign without asking.

        Raises:
            PinRefusedError: it is wrong; it is never tried a second time.
            KeyUnusableError, DemoKeyError, TokenMissingError: the key cannot be used here and now.
        """
        from signing.signer import DocumentSigner, SigningSetup  # noqa: PLC0415

        with ExitStack() as stack:
            key = self.key("organisation") if pin is None else self._opened_with(pin, stack)
            setup = SigningSetup(
                officer=self._for_its_width("officer", key),
                organisation=key,
                timestamps=self._timestamps(),
                revocation=self._revocation(),
                clock=self.clock,
                production=self.settings.production,
            )
            yield stack.enter_context(DocumentSigner(setup))

    def _opened_with(self, pin: str, stack: ExitStack) -> SigningKey:
        from signing.key_sources import KeyOpener, Pkcs11Source  # noqa: PLC0415

        source = self._source("organisation")
        if not isinstance(source, Pkcs11Source):
            raise SettingsError("keys.organisation", reason="khóa này không nằm trên thiết bị có mã PIN")
        opener = KeyOpener(
            clock=self.clock, above=self.trust.authorities(), drive=self.token_driver or _proving_driver
        )
        stack.callback(opener.close)
        return opener.open(replace(source, pin=lambda: pin), item="organisation")

    def _for_its_width(self, role: Role, instead: SigningKey) -> SigningKey:
        """The key of a role that only lends its name; another where opening it would ask somebody."""
        from signing.key_sources import RemoteSource  # noqa: PLC0415

        source = self._source(role)
        asks = isinstance(source, RemoteSource) or _asks_for_pin(source)
        return instead if asks else self.key(role)

    @property
    def signs_silently(self) -> bool:
        """Whether the organisation can sign without asking anybody: its key is open, or in a file."""
        from signing.key_sources import Pkcs12Source  # noqa: PLC0415

        source = self._source("organisation")
        return source is None or isinstance(source, Pkcs12Source) or "organisation" in self._keys

    @cached_property
    def detached_signer(self) -> DetachedSigner:
        """Signs files of the store itself (heads of the journal, certificates) as the organisation.

        Raises:
            KeyUnusableError, PinRefusedError, TokenMissingError, SigningServiceError: it cannot be reached.
        """
        from signing.detached import DetachedSigner  # noqa: PLC0415

        return DetachedSigner(
            key=self.key("organisation"),
            timestamps=self._timestamps(),
            revocation=self._revocation(),
            clock=self.clock,
            production=self.settings.production,
        )

    @cached_property
    def _opener(self) -> KeyOpener:
        from signing.key_sources import KeyOpener  # noqa: PLC0415

        opener = KeyOpener(clock=self.clock, above=self.trust.authorities(), drive=self.token_driver)
        self._stack.callback(opener.close)
        return opener

    def _timestamps(self) -> TimestampSource:
        from signing.timestamps import LocalTimestampAuthority  # noqa: PLC0415
        from wiring.authorities import networked  # noqa: PLC0415

        if self.settings.timestamps:
            return networked(self.settings, trust=self.trust, clock=self.clock)
        return LocalTimestampAuthority(self._demo.timestamp_authority(), self.clock)

    def _revocation(self) -> RevocationSource:
        from signing.revocation import CrlFolder, JoinedLists  # noqa: PLC0415

        lists = CrlFolder(self.settings.data / "trust" / "crls")
        if self.uses_demo_keys:
            # One key may be real already while the other is still the demo key.
            return JoinedLists((self._demo, lists))
        return lists


def _proving_driver(source: Pkcs11Source) -> TokenDriver:
    from signing.token_session import Pkcs11Driver  # noqa: PLC0415

    return Pkcs11Driver(module=source.module, token=source.token, serial=source.serial, proves_pin=True)


def _asks_for_pin(source: KeySource | None) -> bool:
    from signing.key_sources import Pkcs11Source  # noqa: PLC0415
    from wiring.secrets import Secret  # noqa: PLC0415

    return isinstance(source, Pkcs11Source) and isinstance(source.pin, Secret) and source.pin.asks

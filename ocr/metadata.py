"""What makes a PDF a PDF/A-2b: XMP in step with the information dictionary, and the output intent."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import ImageCms

_PRODUCER = "motlan"
_CREATED_AT = slice(24, 36)


@functools.cache
def srgb_profile() -> bytes:
    """An ICC profile of sRGB, made by LittleCMS; its time of making is blanked, so bytes stay the same."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # ICC.1:2010, 7.2.8: twelve bytes date and time; any valid moment will do. The profile id (7.2.18) is
    # an MD5 that LittleCMS leaves zero, so it needs no correction.
    profile[_CREATED_AT] = (2000).to_bytes(2) + b"".join(part.to_bytes(2) for part in (1, 1, 0, 0, 0))
    return bytes(profile)


def add_metadata(pdf: pikepdf.Pdf, *, title: str, created: datetime) -> None:
    """Write XMP, information dictionary, output intent and language into a PDF.

    Args:
        pdf: changed in place.
        title: shown by readers as the title; plain text.
        created: aware; written in UTC, to the second.
    """
    moment = created.astimezone(UTC).replace(microsecond=0)
    clean = "".join(mark for mark in title if mark.isprintable())
    xmp = pdf.make_stream(_xmp(clean, moment).encode(), Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.Metadata = xmp
    stamp = moment.strftime("D:%Y%m%d%H%M%S+00'00'")
    info = pdf.make_indirect(
        Dictionary(
            Title=String(clean),
            Creator=String(_PRODUCER),
            Producer=String(_PRODUCER),
            CreationDate=String(stamp),
            ModDate=String(stamp),
        )
    )
    pdf.trailer.Info = info
    pdf.Root.OutputIntents = Array([_output_intent(pdf)])
    pdf.Root.Lang = String("vi-VN")
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)


def _output_intent(pdf: pikepdf.Pdf) -> pikepdf.Object:
    profile = pdf.make_stream(srgb_profile(), N=3)
    return pdf.make_indirect(
        Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFA1,
            OutputConditionIdentifier=String("sRGB"),
            Info=String("sRGB IEC61966-2.1"),
            DestOutputProfile=profile,
        )
    )


def _xmp(title: str, moment: datetime) -> str:
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>
<xmp:CreatorTool>{_PRODUCER}</xmp:CreatorTool>
<xmp:CreateDate>{stamp}</xmp:CreateDate>
<xmp:ModifyDate>{stamp}</xmp:ModifyDate>
<pdf:Producer>{_PRODUCER}</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""

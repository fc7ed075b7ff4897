"""The reading for each kind of value."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from extraction.values.amounts import read_area, read_money, read_number
from extraction.values.codes import read_code
from extraction.values.dates import read_date, read_year
from extraction.values.identity import read_identity
from extraction.values.names import read_name
from extraction.values.reading import Reading
from extraction.values.sexes import read_sex
from extraction.values.texts import read_place, read_text
from rulebook.paper_spec import Kind

READERS: Mapping[Kind, Callable[[str], Reading | None]] = {
    Kind.PERSON_NAME: read_name,
    Kind.DATE: read_date,
    Kind.YEAR: read_year,
    Kind.PERSONAL_ID: read_identity,
    Kind.SEX: read_sex,
    Kind.CODE: read_code,
    Kind.PLACE: read_place,
    Kind.TEXT: read_text,
    Kind.MONEY: read_money,
    Kind.AREA: read_area,
    Kind.NUMBER: read_number,
    Kind.MRZ: read_text,
}

"""What speaks for and against two owner records being one person, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dossier.errors import Lang

Words = Mapping[Lang, str]

REASONS: Mapping[str, Words] = {
    "owner.stated_by_paper": {"vi": "có giấy tờ ghi cả hai số", "en": "a paper states both numbers"},
    "owner.name_same": {"vi": "trùng họ tên", "en": "same name"},
    "owner.name_spelling": {
        "vi": "trùng họ tên, khác cách viết chính tả",
        "en": "same name in another orthography",
    },
    "owner.name_without_accents": {
        "vi": "trùng họ tên, một bên không dấu",
        "en": "same name, one without accents",
    },
    "owner.name_shorter": {"vi": "trùng họ tên, thiếu chữ đệm", "en": "same name, a middle name left out"},
    "owner.name_other_accents": {"vi": "họ tên khác dấu", "en": "names differ in accents"},
    "owner.birth_date_same": {"vi": "trùng ngày sinh", "en": "same birth date"},
    "owner.birth_year_same": {"vi": "trùng năm sinh", "en": "same birth year"},
    "owner.mother_same": {"vi": "trùng họ tên mẹ", "en": "same mother's name"},
    "owner.father_same": {"vi": "trùng họ tên cha", "en": "same father's name"},
    "owner.residence_same": {"vi": "trùng nơi cư trú", "en": "same residence"},
    "owner.number_agrees": {
        "vi": "số định danh khớp năm sinh và giới tính",
        "en": "the identity number fits birth year and sex",
    },
    "owner.other_name": {"vi": "họ tên khác nhau", "en": "the names differ"},
    "owner.other_birth": {"vi": "ngày sinh khác nhau", "en": "the birth dates differ"},
    "owner.other_sex": {"vi": "giới tính khác nhau", "en": "the sexes differ"},
    "owner.other_number": {"vi": "hai số định danh khác nhau", "en": "two different identity numbers"},
    "owner.no_evidence": {"vi": "không còn căn cứ để ghép", "en": "nothing but a name speaks for it"},
    "owner.other_kind": {"vi": "một bên là tổ chức", "en": "one is an organisation"},
}

STRENGTHS: Mapping[str, Words] = {
    "weak": {"vi": "yếu", "en": "weak"},
    "possible": {"vi": "có thể", "en": "possible"},
    "likely": {"vi": "nhiều khả năng", "en": "likely"},
    "certain": {"vi": "chắc chắn", "en": "certain"},
}

ACTIONS: Mapping[str, Words] = {
    "stated": {"vi": "giấy tờ ghi cả hai số, chờ người quyết định", "en": "stated by a paper"},
    "link": {"vi": "ghép", "en": "linked"},
    "unlink": {"vi": "tách", "en": "unlinked"},
    "refuse": {"vi": "từ chối ghép", "en": "refused"},
}


def in_words(codes: Iterable[str], lang: Lang) -> str:
    """Reason codes as one phrase; papers are named by their id elsewhere."""
    return ", ".join(REASONS[code][lang] for code in codes if code in REASONS)

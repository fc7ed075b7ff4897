"""Condition 1: the paper is the component, or a result that may stand in for it."""

from __future__ import annotations

from dossier.review import TYPE_QUESTION
from reuse.verdict import Case, Verdict, no, unsure, yes


def check(case: Case) -> Verdict:
    """Compare the paper's type and result code with what the component accepts."""
    document = case.document
    if document.type in case.component.types:
        if TYPE_QUESTION in document.questions:
            return unsure("type.doubtful")
        if case.component.read_by_person:
            return unsure("type.content_to_read")
        return yes("type.accepted")
    found = _result_type(document.result_code)
    for code in case.component.replacement_results:
        if code.replace(".", "_") == found:
            return yes("type.replacement", result=code)
    return no("type.other")


def _result_type(result_code: str) -> str:
    """The type part of a mã kết quả số hóa (``dossier.codes.digitised_result_code``), dots escaped."""
    parts = result_code.split(".")
    return parts[1] if len(parts) == 4 else ""

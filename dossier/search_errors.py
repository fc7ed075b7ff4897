"""Errors of searching by words; they belong to the tree in ``dossier.errors``."""

from __future__ import annotations

from dossier.api_errors import RequestError


class SearchEmptyError(RequestError):
    """A question without a word that papers could be found by."""

    code = "search.empty"
    vi = "Chưa có từ nào để tìm."
    en = "There is no word to search for."
    next_vi = "Nhập một từ trên giấy tờ, một số hoặc một ngày."
    next_en = "Type a word that stands on the paper, a number or a day."


class SearchTooLongError(RequestError):
    """A question of more parts than are looked for at once."""

    code = "search.too_long"
    vi = "Câu tìm có hơn {most} phần."
    en = "The question has more than {most} parts."
    next_vi = "Giữ lại những từ hiếm nhất; từ càng hiếm kết quả càng đúng."
    next_en = "Keep the rarest words: the rarer a word, the better what it finds."

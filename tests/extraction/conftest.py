from __future__ import annotations

import pytest

from rulebook.paper_spec import Papers
from rulebook.papers import load_papers
from rulebook.places import Places, load_places


@pytest.fixture(scope="session")
def papers() -> Papers:
    return load_papers()


@pytest.fixture(scope="session")
def places() -> Places:
    return load_places()

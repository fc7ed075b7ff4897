from __future__ import annotations

from pathlib import Path

import pytest

from bench.interop.jars import Jars, JarsMissingError, fetch_jars
from bench.interop.java import JavaFailedError, JavaValidators

OFFLINE_MAVEN = '#!/bin/sh\necho "[ERROR] no route to the registry"\nexit 1\n'
WAITING_MAVEN = "#!/bin/sh\nexec sleep 60\n"
DEAF_JAVA = "#!/bin/sh\nexec sleep 60\n"
DYING_JAVA = "#!/bin/sh\nexit 3\n"


def program(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)
    return path


def programs(folder: Path, *, maven: str) -> str:
    for name in ("java", "javac"):
        program(folder, name, "#!/bin/sh\n")
    program(folder, "mvn", maven)
    return str(folder)


def test_without_maven_the_missing_program_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    program(tmp_path / "bin", "java", "#!/bin/sh\n")
    with pytest.raises(JarsMissingError, match="javac, mvn"):
        fetch_jars(tmp_path / "cache", search=str(tmp_path / "bin"))
    assert not (tmp_path / "cache").exists()


def test_when_maven_reaches_nothing_its_words_are_kept_and_nothing_is_left(tmp_path: Path) -> None:
    search = programs(tmp_path / "bin", maven=OFFLINE_MAVEN)
    with pytest.raises(JarsMissingError, match="no route to the registry"):
        fetch_jars(tmp_path / "cache", search=search)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_maven_that_hangs_is_given_up_and_nothing_is_left(tmp_path: Path) -> None:
    search = programs(tmp_path / "bin", maven=WAITING_MAVEN)
    with pytest.raises(JarsMissingError, match="thời hạn"):
        fetch_jars(tmp_path / "cache", limit_s=0.0, search=search)
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize(("text", "why"), [(DEAF_JAVA, "in time"), (DYING_JAVA, "ended")])
def test_a_validator_that_does_not_answer_is_an_error_and_no_wait(
    text: str, why: str, tmp_path: Path
) -> None:
    java = program(tmp_path, "java", text)
    with (
        JavaValidators(Jars(tmp_path), java=str(java), answer_within_s=1.0) as validators,
        pytest.raises(JavaFailedError, match=why),
    ):
        validators.conformance(tmp_path / "any.pdf")

"""The files of deploy/ say what the program understands: commands, settings, secrets, accounts."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from dossier.work import Pool
from tests.project.command_lines import fault, of_unit
from tests.project.test_layout import PACKAGES, ROOT
from wiring.settings import read_settings, setting_names

DEPLOY = ROOT / "deploy"
UNITS = sorted(path for path in DEPLOY.rglob("*") if path.suffix in {".service", ".timer"})
SERVICES = [path for path in UNITS if path.suffix == ".service"]
SHARED = DEPLOY / "systemd" / "motlan-.service.d"
PROGRAM = "/opt/motlan/bin/motlan"
PREFECT = "/opt/motlan/bin/prefect"
DOCKER = "/usr/bin/docker"
HOW_TO = ROOT / "docs" / "how-to"


def daily() -> list[str]:
    """The commands that the documentation of the desk starts every day."""
    return sorted(set(re.findall(r"motlan-daily@(\w+)\.timer", (HOW_TO / "desk.md").read_text("utf-8"))))


def keys_of(path: Path, section: str, key: str) -> list[str]:
    """Every value of a key that may stand several times."""
    found, here = [], ""
    for line in path.read_text("utf-8").splitlines():
        here = line[1:-1] if line.startswith("[") else here
        name, _, value = line.partition("=")
        if here == section and name == key:
            found.append(value)
    return found


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "office" / "compose.yaml").read_text("utf-8"))
    return loaded


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_command_of_a_unit_is_one_of_the_program(path: Path) -> None:
    commands = list(of_unit(path))
    assert commands
    for command in commands:
        if command[0] == "/usr/bin/logger":
            continue
        if command[0] in {PREFECT, DOCKER}:
            assert " ".join(command[1:]) in {
                "server start --host 0.0.0.0 --port 4200",
                "compose --env-file images.env run --rm --no-TTY --no-deps %i",
            }
            continue
        assert command[0] == PROGRAM
        instances = list(Pool) if path.stem == "motlan-work@" else daily()
        for instance in instances if "%i" in command else [""]:
            assert fault([part.replace("%i", instance) for part in command[1:]]) == ""


def test_a_wrong_command_line_would_be_found() -> None:
    assert "chek" in fault(["backup", "chek", "/srv"])
    assert "--nope" in fault(["canary", "--nope"])
    assert "1095" in fault(["fixity", "--limit-days", "5000"])


def test_every_timer_starts_a_service_and_every_job_has_its_timer() -> None:
    for folder in (DEPLOY / "systemd", DEPLOY / "desk"):
        timers = {path.stem for path in folder.glob("*.timer")}
        jobs = {
            path.stem for path in folder.glob("motlan-*.service") if "Type=oneshot" in path.read_text("utf-8")
        }
        assert timers == jobs
    assert daily() == ["canary", "copies", "fixity", "locks", "renew"]


def test_whatever_has_to_be_run_again_and_again_is_a_job_of_the_office_and_of_its_containers(
    compose: dict[str, Any],
) -> None:
    upkeep = {
        "backup",
        "canary",
        "copies",
        "disposal sweep",
        "doctor",
        "fixity",
        "journal seal",
        "journal verify",
        "locks",
        "renew",
        "stamp",
    }
    units = [
        " ".join(command[1:])
        for path in SERVICES
        if path.parent.name == "systemd" and "Type=oneshot" in path.read_text("utf-8")
        for command in of_unit(path)
    ]
    jobs = [" ".join(service.get("command", [])) for service in compose["services"].values()]
    for name in upkeep:
        assert any(line.startswith(name) for line in units), name
        assert any(line.startswith(name) for line in jobs), name
    told = (HOW_TO / "office.md").read_text("utf-8")
    started = set(re.findall(r"(motlan-[a-z]+)\.timer", told))
    assert started == {
        path.stem for path in UNITS if path.suffix == ".timer" and path.parent.name == "systemd"
    }


@pytest.mark.parametrize("path", UNITS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_unit_is_a_file_of_its_kind(path: Path) -> None:
    parser = configparser.RawConfigParser(strict=False, delimiters="=")
    parser.read(path, encoding="utf-8")
    assert {"Unit", path.suffix[1:].capitalize()} <= set(parser.sections())
    if path.parent.name == "systemd" and path.name.startswith("motlan-") and path.suffix == ".service":
        assert parser["Unit"]["OnFailure"] == "alarm-motlan@%n.service"


def test_jobs_of_containers_are_started_by_timers_in_the_rhythm_of_the_units(compose: dict[str, Any]) -> None:
    timers = {path.stem.partition("@")[2]: path for path in (DEPLOY / "office" / "timers").glob("*.timer")}
    for path in (DEPLOY / "systemd").glob("*.timer"):
        job = {"journal": "seal"}.get(path.stem.removeprefix("motlan-"), path.stem.removeprefix("motlan-"))
        assert timers[job].read_text("utf-8") == path.read_text("utf-8")
    # What a unit does one after the other is begun here by the end of the first.
    after = {
        path.parent.name.partition("@")[2].removesuffix(".service.d"): keys_of(path, "Unit", "OnSuccess")
        for path in (DEPLOY / "office" / "timers").glob("*/then.conf")
    }
    assert after == {
        "seal": ["container-motlan@verify.service"],
        "backup": ["container-motlan@backup-check.service"],
    }
    then = {name.removeprefix("container-motlan@").removesuffix(".service") for (name,) in after.values()}
    jobs = {name for name, service in compose["services"].items() if "jobs" in service.get("profiles", [])}
    assert {*timers, *then} == jobs


ENDLESS = [path for path in SERVICES if keys_of(path, "Service", "Restart")]


def test_what_runs_always_is_restarted_and_tells_each_time_that_it_ended_wrongly() -> None:
    assert {f"{path.parent.name}/{path.name}" for path in ENDLESS} >= {
        "desk/motlan-serve.service",
        "desk/motlan-watch@.service",
        "systemd/motlan-serve.service",
        "systemd/motlan-station.service",
        "systemd/motlan-watch@.service",
        "systemd/motlan-work@.service",
        "systemd/prefect-motlan.service",
    }


@pytest.mark.parametrize("path", ENDLESS, ids=lambda path: f"{path.parent.name}/{path.name}")
@pytest.mark.parametrize(
    ("result", "ended", "told"),
    [
        ("success", "exited 0", ""),
        ("exit-code", "exited 1", "exit-code (exited 1)"),
        ("signal", "killed SEGV", "signal (killed SEGV)"),
        ("oom-kill", "killed KILL", "oom-kill (killed KILL)"),
    ],
)
def test_the_end_of_a_unit_is_an_alarm_unless_it_was_in_order(
    path: Path, tmp_path: Path, result: str, ended: str, told: str
) -> None:
    """Run as systemd does: ``%n`` is the unit, ``$$`` one dollar."""
    (line,) = keys_of(path, "Service", "ExecStopPost")
    heard, logger = tmp_path / "heard", tmp_path / "logger"
    logger.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {heard}\n', encoding="utf-8")
    logger.chmod(0o755)
    for before, after in (("%n", path.name), ("$$", "$"), ("/usr/bin/logger", str(logger))):
        line = line.replace(before, after)
    code, _, status = ended.partition(" ")
    environment = {"SERVICE_RESULT": result, "EXIT_CODE": code, "EXIT_STATUS": status}
    done = subprocess.run(shlex.split(line), env=environment, check=False)
    assert done.returncode == 0
    words = heard.read_text("utf-8").splitlines() if heard.exists() else []
    journal = "journalctl --user" if path.parent.name == "desk" else "journalctl"
    said = [f"{path.name}: {told}, see: {journal} -u {path.name}"] if told else []
    assert words == (["-t", "motlan", "-p", "daemon.alert", "--", *said] if told else [])


def test_settings_of_units_and_containers_are_settings(compose: dict[str, Any]) -> None:
    known = {*setting_names(), "MOTLAN_CONFIG"}
    for path in (*UNITS, *DEPLOY.rglob("*.conf"), *DEPLOY.rglob("*.sh"), DEPLOY / "office" / "Containerfile"):
        assert set(re.findall(r"\b(MOTLAN_[A-Z_]+)=", path.read_text("utf-8"))) <= known, path.name
    for name, service in compose["services"].items():
        named = {key for key in service.get("environment", {}) if key.startswith("MOTLAN_")}
        assert named <= known, name


@pytest.mark.parametrize("folder", ["systemd", "office"])
def test_the_settings_files_are_read_and_refuse_nothing_in_production(folder: str) -> None:
    settings = read_settings({"MOTLAN_DATA": "/var/lib/motlan"}, file=DEPLOY / folder / "motlan.toml")
    assert settings.production
    assert settings.database is not None
    assert settings.first_place is not None
    assert settings.second_place is not None
    assert settings.officer_key is not None


def test_every_secret_a_service_names_is_given_to_it_and_no_other() -> None:
    given = {
        value.partition(":")[0]
        for value in keys_of(SHARED / "20-credentials.conf", "Service", "LoadCredential")
    }
    texts = [path.read_text("utf-8") for path in (DEPLOY / "systemd" / "motlan.toml", *SERVICES)]
    named = {name for text in texts for name in re.findall(r"credential:([\w.]+)", text)}
    assert named == given


def test_every_container_is_without_rights(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert int(service["user"].partition(":")[0]) > 0, name
        assert not service.get("privileged"), name


def test_secrets_of_containers_are_files_that_are_declared(compose: dict[str, Any]) -> None:
    declared, used = set(compose["secrets"]), set()
    for name, service in compose["services"].items():
        used |= set(service.get("secrets", []))
        for key, value in service.get("environment", {}).items():
            is_secret = re.search(r"PASSWORD|SECRET|TOKEN|KEY", key)
            assert not is_secret or key.endswith("_FILE"), (name, key)
            if key.endswith("_FILE"):
                assert Path(value).name in service["secrets"], (name, key)
        for path in re.findall(
            r"/run/secrets/([\w.-]+)", f"{service.get('command')} {service.get('entrypoint')}"
        ):
            assert path in service["secrets"], (name, path)
    assert used == declared
    text = (DEPLOY / "office" / "motlan.toml").read_text("utf-8")
    jobs = (DEPLOY / "office" / "compose.yaml").read_text("utf-8")
    named = set(re.findall(r"(?:credential:|/run/secrets/)([\w.-]+)", text)) | set(
        re.findall(r"credential:([\w.-]+)", jobs)
    )
    assert named <= set(compose["services"]["serve"]["secrets"])


def test_volumes_networks_and_images_of_containers_are_declared(compose: dict[str, Any]) -> None:
    images = dict(
        line.split("=", 1)
        for line in (DEPLOY / "office" / "images.env").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    )
    for name, service in compose["services"].items():
        assert service["image"].removeprefix("${").removesuffix(":?}") in images, name
        assert set(service["networks"]) <= set(compose["networks"]), name
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source.startswith(("./", "/srv/")) or source in compose["volumes"], (name, source)
            if source.startswith("./"):
                assert (DEPLOY / "office" / source).is_file(), (name, source)


def test_every_command_of_a_container_is_one_of_the_program(compose: dict[str, Any]) -> None:
    ours = {
        name: service["command"]
        for name, service in compose["services"].items()
        if service["image"] == "${OFFICE_IMAGE:?}"
    }
    assert len(ours) > 8
    assert {name: fault(command) for name, command in ours.items() if fault(command)} == {}


def test_the_image_holds_every_package_and_no_account_with_rights() -> None:
    text = (DEPLOY / "office" / "Containerfile").read_text("utf-8")
    copied = re.findall(r"^COPY (\w+) \./\1$", text, re.MULTILINE)
    assert copied == PACKAGES
    assert re.findall(r"^FROM (\S+)", text, re.MULTILINE) == ["${BASE}", "${BASE}"]
    assert re.findall(r"^USER (\S+)$", text, re.MULTILINE) == ["10001:10001"]
    assert "--require-hashes -r requirements.lock" in text
    sent = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE))
    files = " ".join(re.findall(r"^COPY ((?!--from)[\w. -]+) \./$", text, re.MULTILINE)).split()
    assert sent == {*PACKAGES, *files}


def _bytes(text: str) -> int:
    return int(text[:-1]) * {"m": 1024**2, "g": 1024**3}[text[-1].lower()]


def _served(folder: str) -> int:
    """2 GB and 400 MB for each page that is read at the same time, as documented."""
    settings = read_settings({"MOTLAN_DATA": "/var/lib/motlan"}, file=DEPLOY / folder / "motlan.toml")
    return 2_000_000_000 + settings.workers * 400_000_000


def test_no_unit_of_an_office_takes_the_machine_from_the_others() -> None:
    assert keys_of(SHARED / "10-common.conf", "Service", "TasksMax") == ["512"]
    # A line of the drop-in would count in place of the unit's own.
    assert keys_of(SHARED / "10-common.conf", "Service", "MemoryMax") == []
    for path in (DEPLOY / "systemd").glob("motlan-*.service"):
        (given,) = keys_of(path, "Service", "MemoryMax")
        reads = re.search(r"-(serve|watch@|work@)", path.name)
        assert _bytes(given) >= (_served("systemd") if reads else 1024**3), path.name


def test_no_container_takes_the_machine_from_the_others(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert 64 <= service["pids_limit"] <= 512, name
        assert _bytes(service["mem_limit"]) >= (_served("office") if name == "serve" else 256 * 1024**2), name
        in_memory = [re.search(r"size=(\d+m)", mount) for mount in service["tmpfs"]]
        # What lies there is memory too.
        assert sum(_bytes(found[1]) for found in in_memory if found) <= _bytes(service["mem_limit"]) // 4
        assert all(in_memory), name
    assert "worker_processes 2;" in (DEPLOY / "office" / "nginx.conf").read_text("utf-8")


@pytest.mark.parametrize("name", ["office.md", "desk.md"])
def test_an_upgrade_never_changes_the_folder_that_a_running_program_loads_its_parts_from(name: str) -> None:
    told = (HOW_TO / name).read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "/opt/motlan/bin/pip" not in told + readme
    assert "ln -sfn motlan-0.1.0 /opt/motlan\n" in readme
    steps = ["-m venv /opt/motlan-0.2.0", "stop 'motlan-*.timer'", "ln -sfn motlan-0.2.0 /opt/motlan"]
    upgrade = told.partition("## Upgrade")[2].partition("\n## ")[0]
    places = [upgrade.index(step) for step in (*steps, "motlan init\n", "start motlan-serve.service")]
    assert places == sorted(places)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A root folder with our units, stand-ins for the programs, and the targets of this machine."""
    units = tmp_path / "etc" / "systemd" / "system"
    units.mkdir(parents=True)
    for path in UNITS:
        if path.parent.name in {"systemd", "timers"}:
            shutil.copy(path, units)
    (units / "docker.service").write_text(f"[Service]\nExecStart={DOCKER}\n", encoding="utf-8")
    shutil.copytree(SHARED, units / SHARED.name)
    for program in (PROGRAM, PREFECT, DOCKER, "/usr/bin/logger", "/bin/sh"):
        place = tmp_path / program[1:]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("#!/bin/sh\n", encoding="utf-8")
        place.chmod(0o755)
    targets = tmp_path / "usr" / "lib" / "systemd" / "system"
    targets.mkdir(parents=True)
    for pattern in ("*.target", "*.slice"):
        for path in Path("/usr/lib/systemd/system").glob(pattern):
            shutil.copy(path, targets, follow_symlinks=False)
    return tmp_path


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_finds_no_fault_in_the_units_and_little_that_they_could_break(machine: Path) -> None:
    names = [path.name.replace("@.", "@x.") for path in UNITS if path.parent.name in {"systemd", "timers"}]
    shown = subprocess.run(
        ["systemd-analyze", "verify", f"--root={machine}", "--man=no", *names],
        capture_output=True,
        text=True,
        check=False,
    )
    # Only what it says of our units: targets of this machine are copied without their programs.
    assert [line for line in shown.stderr.splitlines() if "motlan" in line] == []
    for name in (
        "motlan-serve.service",
        "motlan-station.service",
        "motlan-backup.service",
        "motlan-work@read.service",
        "prefect-motlan.service",
        "alarm-motlan@x.service",
    ):
        judged = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", f"--root={machine}", "--threshold=20", name],
            capture_output=True,
            text=True,
            check=False,
        )
        assert judged.returncode == 0, judged.stdout

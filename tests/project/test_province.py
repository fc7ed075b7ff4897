"""The manifests of a province, without a cluster: every name leads somewhere, no pod may too much."""

from __future__ import annotations

import functools
import os
import re
import shlex
import shutil
import stat
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from flows.operating.sign_of_life import give_sign, sign_file
from signing.demo import ensure_demo_pki
from signing.trust import TrustStore
from storage.filesystem import SystemFiles
from storage.layout import Layout
from tests.project.command_lines import fault
from tests.project.pod_security import restricted
from tests.project.test_layout import ROOT
from tests.project.test_proxy import blocks
from wiring.settings import read_settings, setting_names

FOLDER: Final = ROOT / "deploy" / "province"
SETTINGS: Final = FOLDER / "base" / "motlan.toml"
WORKERS: Final = ("motlan-read", "motlan-sign", "motlan-keep")
STEPS: Final = ("base", "migrate", ".")
"""What is applied one after the other."""
OFFICE: Final = ROOT / "deploy" / "office"
HOW_TO: Final = (ROOT / "docs" / "how-to" / "province.md").read_text("utf-8")
PROGRAM: Final = "/opt/motlan/bin/motlan"
PREFECT: Final = "/opt/motlan/bin/prefect"
_SECRET: Final = re.compile(r"/run/secrets/([\w.-]+)")
_CREDENTIAL: Final = re.compile(r"credential:([\w.-]+)")

Object = Mapping[str, Any]


def objects() -> list[Object]:
    """Every object of every manifest, lists unfolded."""
    paths = [path for path in sorted(FOLDER.rglob("*.yaml")) if path.name != "kustomization.yaml"]
    return [one for path in paths for one in objects_of(path)]


def objects_of(path: Path) -> Iterator[Object]:
    for one in yaml.safe_load_all(path.read_text("utf-8")):
        yield from one["items"] if one["kind"] == "List" else [one]


def kustomization(folder: Path = FOLDER) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8"))
    return loaded


def applied(folder: Path) -> Iterator[tuple[str, str]]:
    """Kind and name of everything that ``kubectl apply -k`` makes, as written before hashes are added."""
    made = kustomization(folder)
    for name in made["resources"]:
        if (folder / name).is_dir():
            yield from applied((folder / name).resolve())
        else:
            yield from ((one["kind"], one["metadata"]["name"]) for one in objects_of(folder / name))
    yield from (("ConfigMap", each["name"]) for each in made.get("configMapGenerator", []))


def pointed_at(pod: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Kind and name of what a pod cannot start without, secrets aside, which people make."""
    yield "ServiceAccount", pod["spec"]["serviceAccountName"]
    for volume in pod["spec"]["volumes"]:
        if claim := volume.get("persistentVolumeClaim"):
            yield "PersistentVolumeClaim", claim["claimName"]
        if settings := volume.get("configMap"):
            yield "ConfigMap", settings["name"]


def generated() -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(FOLDER.rglob("kustomization.yaml")):
        yield from ((path.parent, each) for each in kustomization(path.parent).get("configMapGenerator", []))


def template(one: Object) -> dict[str, Any]:
    """The pod that an object makes."""
    spec = one["spec"]["jobTemplate"]["spec"] if one["kind"] == "CronJob" else one["spec"]
    made: dict[str, Any] = spec["template"]
    return made


PODS: Final = {
    one["metadata"]["name"]: template(one)
    for one in objects()
    if one["kind"] in {"Deployment", "Job", "CronJob"}
}


def of_kind(kind: str) -> dict[str, Object]:
    return {one["metadata"]["name"]: one for one in objects() if one["kind"] == kind}


def containers() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Each with the name of what makes it and its pod."""
    for name, pod in PODS.items():
        spec = pod["spec"]
        for one in (*spec.get("initContainers", []), *spec["containers"]):
            yield name, spec, one


def command(container: Mapping[str, Any]) -> list[str]:
    """What is run; of a shell that only puts a secret into the environment, what it becomes."""
    given: list[str] = container.get("command") or [PROGRAM, *container.get("args", [])]
    if given[:2] == ["/bin/sh", "-ec"]:
        (run,) = re.findall(rf"(?:^|exec )((?:{PROGRAM}|{PREFECT}) .+)$", given[2], re.MULTILINE)
        return shlex.split(run)
    return given


@pytest.mark.parametrize("name", sorted(PODS))
def test_every_pod_keeps_to_the_strictest_rules_and_to_ours(name: str) -> None:
    spec = PODS[name]["spec"]
    assert list(restricted(spec)) == []
    assert spec["automountServiceAccountToken"] is False
    assert spec["serviceAccountName"] in of_kind("ServiceAccount")
    for one in spec["containers"]:
        assert one["securityContext"]["readOnlyRootFilesystem"] is True
        assert {"cpu", "memory"} <= set(one["resources"]["requests"])
        assert "memory" in one["resources"]["limits"]


@pytest.mark.parametrize(
    "broken",
    [
        {"hostNetwork": True},
        {"securityContext": {}},
        {"volumes": [{"name": "x", "hostPath": {"path": "/"}}]},
        {"containers": [{"name": "x", "securityContext": {"privileged": True}}]},
    ],
)
def test_a_pod_that_may_more_would_be_found(broken: dict[str, Any]) -> None:
    assert list(restricted({**PODS["motlan-station"]["spec"], **broken}))


def test_the_kustomization_lists_every_file_and_no_other() -> None:
    folders = [path.parent for path in FOLDER.rglob("kustomization.yaml")]
    used = {folder / "kustomization.yaml" for folder in folders}
    for folder in folders:
        made = kustomization(folder)
        named = [*made.get("resources", []), *made.get("components", [])]
        assert len(named) == len(set(named)), folder
        used |= {(folder / name).resolve() for name in named}
    used |= {folder / name.rpartition("=")[2] for folder, each in generated() for name in each["files"]}
    steps = {FOLDER / "migrate"}
    assert used | steps == set(FOLDER.rglob("*"))


@pytest.mark.parametrize("step", STEPS)
def test_what_a_step_applies_asks_for_nothing_that_is_not_applied_yet(step: str) -> None:
    """Each step alone is whole: account, folders and settings of its pods are in it, and their namespace."""
    made = list(applied((FOLDER / step).resolve()))
    assert len(made) == len(set(made))
    assert ("Namespace", "motlan") in made
    asked = {
        each
        for one in objects()
        if one["kind"] in {"Deployment", "Job", "CronJob"} and (one["kind"], one["metadata"]["name"]) in made
        for each in pointed_at(template(one))
    }
    assert asked <= set(made)
    assert kustomization(FOLDER / step)["namespace"] == "motlan"
    assert bool(asked) == (step != "base")


def test_the_account_stands_in_its_namespace_by_whatever_command_it_is_made() -> None:
    assert of_kind("ServiceAccount")["motlan"]["metadata"]["namespace"] == "motlan"


def test_what_cannot_be_changed_is_not_among_what_is_applied_again() -> None:
    kinds = {kind for kind, _ in applied(FOLDER)}
    assert "Job" not in kinds
    assert "Job" in {kind for kind, _ in applied(FOLDER / "migrate")}


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="no kubectl on this machine")
@pytest.mark.parametrize("step", STEPS)
def test_kubectl_makes_of_a_step_what_it_says(step: str) -> None:
    """The client alone: no cluster is asked."""
    told = subprocess.run(
        ["kubectl", "kustomize", str(FOLDER / step)], check=True, capture_output=True, text=True, timeout=60
    )
    made = [
        each
        for one in yaml.safe_load_all(told.stdout)
        for each in (one["items"] if one["kind"] == "List" else [one])
    ]
    names = {(one["kind"], one["metadata"]["name"]) for one in made}
    unhashed = {
        (kind, re.sub(r"-[a-z0-9]{10}$", "", name) if kind == "ConfigMap" else name) for kind, name in names
    }
    assert unhashed == set(applied((FOLDER / step).resolve()))
    assert {one["metadata"].get("namespace", "motlan") for one in made} == {"motlan"}
    pods = [template(one) for one in made if one["kind"] in {"Deployment", "Job", "CronJob"}]
    assert {each for pod in pods for each in pointed_at(pod)} <= names
    images = {
        each["image"]
        for pod in pods
        for each in (*pod["spec"].get("initContainers", []), *pod["spec"]["containers"])
    }
    assert all("/" in image for image in images)


def test_every_image_has_one_place_and_every_place_is_used() -> None:
    named = {container["image"] for _, _, container in containers()}
    images = kustomization(FOLDER / "images")["images"]
    assert named == {image["name"] for image in images}
    assert not [folder for folder in (FOLDER, FOLDER / "migrate") if "images" in kustomization(folder)]
    (ours,) = [image for image in images if image["name"] == "motlan"]
    assert ours["newTag"] == version("motlan")
    assert f"motlan-init-{ours['newTag'].replace('.', '-')}" in of_kind("Job")


def test_every_command_is_one_of_the_program() -> None:
    found: dict[str, str] = {}
    for name, _, container in containers():
        program, *arguments = command(container)
        if container["image"] == "proxy":
            assert program == "nginx"
        elif program == PREFECT:
            assert arguments[:2] == ["server", "start"]
        else:
            assert program == PROGRAM
            found |= {name: told} if (told := fault(arguments)) else {}
    assert found == {}


def test_whatever_runs_again_and_again_at_an_office_does_here() -> None:
    compose = yaml.safe_load((OFFICE / "compose.yaml").read_text("utf-8"))
    office = {
        " ".join(service["command"])
        for service in compose["services"].values()
        if service.get("profiles") == ["jobs"]
    }
    here = {
        " ".join(command(template(one)["spec"]["containers"][0])[1:]) for one in of_kind("CronJob").values()
    }
    assert office <= here
    for one in of_kind("CronJob").values():
        assert re.fullmatch(r"[\d*/]+( [\d*/]+){4}", one["spec"]["schedule"])
        assert (one["spec"]["concurrencyPolicy"], one["spec"]["timeZone"]) == ("Forbid", "Asia/Ho_Chi_Minh")


def test_settings_and_variables_are_known() -> None:
    settings = read_settings({"MOTLAN_DATA": "/var/lib/motlan"}, file=SETTINGS)
    assert settings.production
    assert settings.log == "stderr"
    assert settings.prefect_url == "http://prefect:4200/api"
    known = {*setting_names(), "MOTLAN_CONFIG", "CREDENTIALS_DIRECTORY", "DO_NOT_TRACK"}
    for name, _, container in containers():
        for entry in container.get("env", []):
            assert set(entry) == {"name", "value"}, (name, entry)
            assert isinstance(entry["value"], str), (name, entry)
            assert entry["name"] in known or entry["name"] in _prefect_names(), (name, entry)
            assert not re.search(r"PASSWORD|SECRET|TOKEN|AUTH", entry["name"]), (name, entry)


@functools.cache
def _prefect_names() -> frozenset[str]:
    """Variables that Prefect reads."""
    # Importing it takes seconds: not whenever these tests are looked for.
    from prefect.settings import Settings as PrefectSettings  # noqa: PLC0415

    found: set[str] = set()

    def walk(model: Any, prefix: str) -> None:
        for name, field in model.model_fields.items():
            inner = field.annotation
            if hasattr(inner, "model_fields"):
                walk(inner, f"{prefix}{name}_")
            found.add(f"PREFECT_{prefix}{name}".upper())
            aliases = getattr(field.validation_alias, "choices", ())
            found.update(alias.upper() for alias in aliases if isinstance(alias, str))

    walk(PrefectSettings, "")
    return frozenset(found)


def test_every_secret_is_a_file_that_the_how_to_tells_to_make() -> None:
    told = {
        name: set(re.findall(r"`([\w.-]+)`", files))
        for name, files in re.findall(r"^\| `([\w-]+-secrets)` \| (.+) \|$", HOW_TO, re.MULTILINE)
    }
    used: dict[str, set[str]] = {}
    texts = {"motlan-settings": SETTINGS.read_text("utf-8")}
    texts["proxy-settings"] = "".join(path.read_text("utf-8") for path in FOLDER.glob("*.conf"))
    for name, spec, container in containers():
        given = [volume["secret"] for volume in spec["volumes"] if "secret" in volume]
        (secret,) = given
        assert secret["defaultMode"] == 0o440, name
        settings = [volume["configMap"]["name"] for volume in spec["volumes"] if "configMap" in volume]
        text = " ".join([*map(str, command(container)), str(container), *(texts[each] for each in settings)])
        files = {*_SECRET.findall(text), *_CREDENTIAL.findall(text)}
        used.setdefault(secret["secretName"], set()).update(files)
    assert used == told


def test_who_asks_prefect_may_and_has_its_secret() -> None:
    """Workers and the writer have runs there, and the doctor looks at it; none without the secret."""
    asking = {
        name
        for name, _, container in containers()
        if container["image"] == "motlan"
        and command(container)[0] == PROGRAM
        and command(container)[1] in {"work", "serve", "doctor"}
        and "--answer-only" not in command(container)
    }
    assert "motlan-doctor" in asking
    assert asking == {name for name, pod in PODS.items() if "prefect" in pod["metadata"]["labels"]}
    for name, _, container in containers():
        if name in asking and container["name"] != "folder":
            script = container["command"][2]
            # On a line of its own: as a prefix of ``exec`` or ``export`` a missing file would be no error.
            assert (
                'PREFECT_API_AUTH_STRING="$(cat /run/secrets/prefect.auth)"\nexport PREFECT_API_AUTH_STRING\n'
                in script
            ), name
    assert PODS["motlan-doctor"]["metadata"]["labels"]["proxy"] == "yes"


def test_volumes_claims_and_mounts_fit() -> None:
    claims, maps = (
        set(of_kind("PersistentVolumeClaim")),
        {each["name"] for _, each in generated()},
    )
    for name, spec, container in containers():
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        assert mounted == set(volumes), name
        for volume in volumes.values():
            assert volume.get("persistentVolumeClaim", {}).get("claimName", next(iter(claims))) in claims
            assert volume.get("configMap", {}).get("name", next(iter(maps))) in maps
        places = {mount["mountPath"] for mount in container["volumeMounts"]}
        arguments = command(container)[1:]
        if container["image"] == "motlan" and "server" not in arguments:
            assert {"/var/lib/motlan", "/etc/motlan", "/run/secrets", "/tmp"} <= places, name
        for part in arguments:
            assert not part.startswith("/srv/") or part in places, name


def test_selectors_services_and_budgets_fit_the_pods() -> None:
    for one in objects():
        if one["kind"] != "Deployment":
            continue
        wanted = one["spec"]["selector"]["matchLabels"]
        assert wanted.items() <= template(one)["metadata"]["labels"].items()
        others = [name for name, pod in PODS.items() if wanted.items() <= pod["metadata"]["labels"].items()]
        assert others == [one["metadata"]["name"]]
    for name, service in of_kind("Service").items():
        pods = [
            pod
            for pod in PODS.values()
            if service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
        ]
        (pod,) = pods
        ports = {port["name"] for each in pod["spec"]["containers"] for port in each["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports, name
    deployments = of_kind("Deployment")
    for budget in of_kind("PodDisruptionBudget").values():
        wanted = budget["spec"]["selector"]["matchLabels"]
        (one,) = [each for each in deployments.values() if each["spec"]["selector"]["matchLabels"] == wanted]
        assert budget["spec"]["minAvailable"] < one["spec"]["replicas"]


def test_rules_of_the_network_choose_pods_and_ports_that_there_are() -> None:
    labels = [pod["metadata"]["labels"] for pod in PODS.values()]
    policies = of_kind("NetworkPolicy")
    assert policies["nothing"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}

    def chosen(selector: Mapping[str, Any]) -> list[Any]:
        return [one for one in labels if selector.get("matchLabels", {}).items() <= one.items()]

    for name, policy in policies.items():
        assert chosen(policy["spec"]["podSelector"]), name
        for rule in (*policy["spec"].get("ingress", []), *policy["spec"].get("egress", [])):
            for peer in (*rule.get("from", []), *rule.get("to", [])):
                assert chosen(peer["podSelector"]) if "podSelector" in peer else peer, name
    # Only the proxy is reached from outside.
    open_to_all = [
        name
        for name, policy in policies.items()
        if any("from" not in rule for rule in policy["spec"].get("ingress", []))
    ]
    assert open_to_all == ["proxy"]


def test_prometheus_asks_every_pod_that_answers_and_is_let_in() -> None:
    """By the load balancer it would find another pod each time, and none that is not ready."""
    told = (ROOT / "deploy" / "observability" / "prometheus-province.yaml").read_text("utf-8")
    (scrape,) = yaml.safe_load(told)["scrape_configs"]
    (found,) = scrape["kubernetes_sd_configs"]
    assert (found["role"], found["namespaces"]["names"]) == ("pod", [kustomization()["namespace"]])
    (chosen,) = found["selectors"]
    name, _, value = chosen["label"].partition("=")
    answering = {each for each, _, container in containers() if "serve" in command(container)}
    labelled = {each for each, pod in PODS.items() if pod["metadata"]["labels"].get(name) == value}
    assert answering == labelled == {"motlan-station", "motlan-writer"}
    (kept,) = [rule["regex"] for rule in scrape["relabel_configs"] if rule.get("action") == "keep"]
    let_in = of_kind("NetworkPolicy")["watched"]["spec"]
    assert let_in["podSelector"]["matchLabels"] == {name: value}
    (rule,) = let_in["ingress"]
    for each in labelled:
        (container,) = PODS[each]["spec"]["containers"]
        (port,) = [one for one in container["ports"] if one["name"] == kept]
        assert rule["ports"] == [{"protocol": "TCP", "port": port["containerPort"]}]


@pytest.mark.parametrize("name", sorted(of_kind("Deployment")))
def test_what_serves_is_probed_and_has_time_to_end(name: str) -> None:
    spec = template(of_kind("Deployment")[name])["spec"]
    drain = read_settings({"MOTLAN_DATA": "/x"}, file=SETTINGS).api.drain_seconds
    for container in spec["containers"]:
        ports = {port["name"] for port in container.get("ports", [])}
        if not ports:
            assert "work" in command(container)
            continue
        base = "/api" if name == "prefect" else "/v1"
        for probe, path in (("livenessProbe", "health"), ("readinessProbe", "ready")):
            asked = container[probe].get("httpGet") or container[probe]["tcpSocket"]
            assert asked["port"] in ports
            assert asked.get("path", f"{base}/{path}") == f"{base}/{path}"
            assert "path" in asked or name == "proxy"
        if command(container)[0] == PROGRAM:
            probe = container["readinessProbe"]
            noticed = probe["periodSeconds"] * probe.get("failureThreshold", 3)
            assert name == "motlan-writer" or noticed < drain
            assert spec["terminationGracePeriodSeconds"] > drain + 25


def test_the_proxy_has_a_second_try_and_closes_no_door_for_one_pod_that_is_gone() -> None:
    """A name that stands once is tried once, whatever is said of the next one."""
    found = list(blocks(FOLDER / "nginx.conf"))
    servers = [words for where, words in found if where.endswith("upstream station") and "server" in words]
    assert servers == ["server station:8443 max_fails=0"] * 2
    assert ("http", "proxy_next_upstream error timeout http_503") in found
    assert ("http", "proxy_next_upstream_tries 2") in found


@pytest.mark.parametrize("name", WORKERS)
def test_a_worker_that_hangs_is_restarted_and_one_that_began_lately_waited_for(
    name: str, tmp_path: Path
) -> None:
    """Its probes, run with the folder of this machine."""
    assert of_kind("Deployment")[name]["spec"]["minReadySeconds"] >= 10
    (container,) = PODS[name]["spec"]["containers"]
    file = sign_file(tmp_path)

    def passes(probe: str) -> bool:
        shell, option, script = container[probe]["exec"]["command"]
        assert str(sign_file(Path("/var/lib/motlan/store"))) in script
        script = script.replace("/var/lib/motlan/store", str(tmp_path))
        return (
            subprocess.run(
                [shell, option, script], check=False, timeout=30, stderr=subprocess.DEVNULL
            ).returncode
            == 0
        )

    def told() -> tuple[bool, bool]:
        return passes("startupProbe"), passes("livenessProbe")

    assert told() == (False, False)
    give_sign(tmp_path)
    assert told() == (True, True)
    hour = 3600
    for hours, alive in ((1, True), (3, False)):
        moment = file.stat().st_mtime - hours * hour
        os.utime(file, (moment, moment))
        # What an earlier process of this pod left says nothing of one that is only starting.
        assert told() == (False, alive)
        give_sign(tmp_path)


def test_an_upgrade_comes_before_what_needs_it() -> None:
    (job,) = of_kind("Job").values()
    assert command(template(job)["spec"]["containers"][0]) == [PROGRAM, "init"]
    told = [
        HOW_TO.index(part)
        for part in (
            "kubectl apply -k deploy/province/base\n",
            "kubectl -n motlan create secret",
            "kubectl apply -k deploy/province/migrate\n",
            f"job/{job['metadata']['name']}",
            "kubectl apply -k deploy/province\n",
        )
    ]
    assert told == sorted(told)


def test_the_data_folder_is_one_that_the_program_makes_for_itself_alone(tmp_path: Path) -> None:
    """The root of a volume is the machine's: its rights cannot be changed, and are opened at each mount."""
    for name, _, container in containers():
        data = {each["value"] for each in container.get("env", []) if each["name"] == "MOTLAN_DATA"}
        places = {mount["mountPath"] for mount in container["volumeMounts"]}
        if container["image"] == "motlan" and "server" not in command(container):
            assert data == {"/var/lib/motlan/store"}, name
            assert "/var/lib/motlan" in places
    volume = tmp_path / "volume"
    volume.mkdir()
    volume.chmod(0o2775)
    made = Layout(volume / "store")
    made.make_folder(SystemFiles())
    assert [stat.S_IMODE(path.stat().st_mode) & 0o777 for path in (volume, made.folder)] == [0o775, 0o700]


@pytest.mark.parametrize("name", WORKERS)
def test_a_worker_has_a_folder_of_its_own_and_the_tables_as_they_are_now(name: str, tmp_path: Path) -> None:
    """The script that makes the folder, run with paths of this machine and a program that only tells."""
    shared, data, program = tmp_path / "shared", tmp_path / "data", tmp_path / "motlan"
    (shared / "store" / "keys").mkdir(parents=True)
    (shared / "store" / "store.key").write_text("bí mật")
    data.mkdir()
    program.write_text(f'#!/bin/sh\n[ -e {data}/store/store.key ] && echo "$@" > {data}/store/made\n')
    program.chmod(0o755)
    (folder,) = PODS[name]["spec"]["initContainers"]
    script: str = folder["command"][2]
    for there, here in (("/shared", shared), ("/var/lib/motlan", data), (PROGRAM, program)):
        script = script.replace(there, str(here))
    # Twice: a pod whose first try broke off begins again in the same folder.
    for _ in range(2):
        subprocess.run(["/bin/sh", "-ec", script], check=True, timeout=30)
    store = data / "store"
    assert (store / "made").read_text() == "init\n"
    assert stat.S_IMODE(store.stat().st_mode) == 0o700
    assert sorted(path.name for path in store.iterdir()) == ["keys", "made", "rulebook", "store.key", "trust"]
    assert TrustStore(store / "trust").roots() == ()
    # What an administrator enters later is there at once.
    (shared / "store" / "trust").mkdir()
    root = ensure_demo_pki(tmp_path / "pki", now=datetime(2026, 11, 1, tzinfo=UTC)).root_certificate
    TrustStore(shared / "store" / "trust").add(root.read_bytes())
    assert len(TrustStore(store / "trust").roots()) == 1
    (work,) = PODS[name]["spec"]["containers"]
    assert {"name": "shared", "mountPath": "/shared", "readOnly": True} in work["volumeMounts"]

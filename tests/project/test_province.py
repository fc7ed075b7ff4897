"""The manifests of a province, without a cluster: every name leads somewhere, no pod may too much."""

from __future__ import annotations

import functools
import re
import shlex
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any, Final

import pytest
import yaml

from tests.project.command_lines import fault
from tests.project.pod_security import restricted
from tests.project.test_layout import ROOT
from wiring.settings import read_settings, setting_names

FOLDER: Final = ROOT / "deploy" / "province"
OFFICE: Final = ROOT / "deploy" / "office"
HOW_TO: Final = (ROOT / "docs" / "how-to" / "province.md").read_text("utf-8")
PROGRAM: Final = "/opt/motlan/bin/motlan"
PREFECT: Final = "/opt/motlan/bin/prefect"
_SECRET: Final = re.compile(r"/run/secrets/([\w.-]+)")
_CREDENTIAL: Final = re.compile(r"credential:([\w.-]+)")

Object = Mapping[str, Any]


def objects() -> list[Object]:
    """Every object of every manifest, lists unfolded."""
    found: list[Object] = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for one in yaml.safe_load_all(path.read_text("utf-8")):
            if one["kind"] != "Kustomization":
                found += one["items"] if one["kind"] == "List" else [one]
    return found


def kustomization() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))
    return loaded


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
    listed = set(kustomization()["resources"])
    files = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    assert listed == files
    generated = [name for each in kustomization()["configMapGenerator"] for name in each["files"]]
    sources = {name.rpartition("=")[2] for name in generated}
    assert sources == {path.name for path in FOLDER.iterdir()} - files - {"kustomization.yaml"}


def test_every_image_has_one_place_and_every_place_is_used() -> None:
    named = {container["image"] for _, _, container in containers()}
    assert named == {image["name"] for image in kustomization()["images"]}
    (ours,) = [image for image in kustomization()["images"] if image["name"] == "motlan"]
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
    settings = read_settings({"MOTLAN_DATA": "/var/lib/motlan"}, file=FOLDER / "motlan.toml")
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
    texts = {"motlan-settings": (FOLDER / "motlan.toml").read_text("utf-8")}
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
        {one["name"] for one in kustomization()["configMapGenerator"]},
    )
    for name, spec, container in containers():
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        assert mounted == set(volumes) - ({"shared"} if container["name"] == "work" else set()), name
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


@pytest.mark.parametrize("name", sorted(of_kind("Deployment")))
def test_what_serves_is_probed_and_has_time_to_end(name: str) -> None:
    spec = template(of_kind("Deployment")[name])["spec"]
    drain = read_settings({"MOTLAN_DATA": "/x"}, file=FOLDER / "motlan.toml").api.drain_seconds
    for container in spec["containers"]:
        ports = {port["name"] for port in container.get("ports", [])}
        if not ports:
            assert "work" in command(container)
            continue
        for probe in ("livenessProbe", "readinessProbe"):
            asked = container[probe].get("httpGet") or container[probe]["tcpSocket"]
            assert asked["port"] in ports
            assert asked.get("path", "/v1/ready") == {"livenessProbe": "/v1/health"}.get(
                probe, "/v1/ready"
            ) or ("tcpSocket" in container[probe])
        if container["image"] == "motlan" and "httpGet" in container["readinessProbe"]:
            probe = container["readinessProbe"]
            noticed = probe["periodSeconds"] * probe.get("failureThreshold", 3)
            assert name == "motlan-writer" or noticed < drain
            assert spec["terminationGracePeriodSeconds"] > drain + 25


def test_an_upgrade_comes_before_what_needs_it() -> None:
    (job,) = of_kind("Job").values()
    assert job["metadata"]["labels"]["step"] == "migrate"
    assert command(template(job)["spec"]["containers"][0]) == [PROGRAM, "init"]
    told = HOW_TO.index("-l step=migrate"), HOW_TO.index(f"job/{job['metadata']['name']}")
    assert told[0] < told[1] < HOW_TO.index("kubectl apply -k deploy/province\n")

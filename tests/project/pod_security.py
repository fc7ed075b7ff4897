"""The level "restricted" of the Pod Security Standards of Kubernetes, as far as our pods can break it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

_VOLUMES: Final = frozenset(
    {
        "configMap",
        "secret",
        "emptyDir",
        "persistentVolumeClaim",
        "projected",
        "downwardAPI",
        "ephemeral",
        "csi",
    }
)
_PROFILES: Final = frozenset({"RuntimeDefault", "Localhost"})


def restricted(spec: Mapping[str, Any]) -> Iterator[str]:
    """What a pod does that the level does not allow.

    Args:
        spec: of the pod.
    """
    yield from (name for name in ("hostNetwork", "hostPID", "hostIPC") if spec.get(name))
    for volume in spec.get("volumes", []):
        if not set(volume) - {"name"} <= _VOLUMES:
            yield f"volume {volume['name']}"
    for one in (*spec.get("initContainers", []), *spec["containers"]):
        context = {**spec.get("securityContext", {}), **one.get("securityContext", {})}
        yield from (f"{one['name']}: {what}" for what in _of_container(context))
        if any("hostPort" in port for port in one.get("ports", [])):
            yield f"{one['name']}: host port"


def _of_container(context: Mapping[str, Any]) -> Iterator[str]:
    capabilities = context.get("capabilities", {})
    if context.get("privileged") or context.get("allowPrivilegeEscalation") is not False:
        yield "escalation"
    if "ALL" not in capabilities.get("drop", []) or set(capabilities.get("add", [])) - {"NET_BIND_SERVICE"}:
        yield "capabilities"
    if not context.get("runAsNonRoot") or context.get("runAsUser") == 0:
        yield "root"
    if context.get("seccompProfile", {}).get("type") not in _PROFILES:
        yield "seccomp"

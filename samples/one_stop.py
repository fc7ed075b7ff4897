"""What one-stop software does with the service, from the counter to the handed-over result.

``python -m samples.one_stop ADDRESS KEY`` runs it against a service (``motlan serve --listen``), with a key
of ``motlan api-key new LABEL --role one_stop --office H26 --fields sensitive``: files show every field. The
dossier and the people are invented.
"""

from __future__ import annotations

import sys
from pathlib import Path

from web.client import Client

DOSSIER = "H26.5.12-261120-0001"
PROCEDURE = "1.004222"
APPLICANT = "011190000001"


def at_the_counter(address: str, key: str, folder: Path) -> list[str]:
    """Receive a dossier, ask only for what is not there, fetch what is, close; the lines an officer sees."""
    lines = []
    with Client(address, key) as service:
        service.register_dossier(DOSSIER, PROCEDURE, APPLICANT)
        answer = service.check_reuse(DOSSIER, APPLICANT)
        # This is the proof, for years: 'motlan answer verify answer.json'.
        (folder / "answer.json").write_bytes(answer.kept)
        (folder / "keys.json").write_bytes(service.answer_keys())
        for component in answer.told["components"]:
            lines.append(f"{component['status']:<12} {component['name_vi']}")
            if component["status"] == "held":
                document = component["document"]
                # Often the data is enough, and the file stays where it is.
                paper = service.document(document, dossier=DOSSIER, fields=["full_name", "document_number"])
                lines.append(f"             {len(paper.told['fields'])} trường, {paper.told['type_vi']}")
                service.download(document, folder / f"{document}.pdf", dossier=DOSSIER)
        service.close_dossier(DOSSIER)
    return lines


def main() -> None:
    """Run it in the present folder."""
    address, key = sys.argv[1:3]
    print("\n".join(at_the_counter(address, key, Path.cwd())))


if __name__ == "__main__":
    main()

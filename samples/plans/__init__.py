"""The four dossiers of the sample set."""

from samples.plan import DossierPlan
from samples.plans import birth, household, land, marriage

DOSSIERS: tuple[DossierPlan, ...] = (birth.DOSSIER, marriage.DOSSIER, land.DOSSIER, household.DOSSIER)

"""The fixed names of paper types and their fields: every table of the project uses these and no others.

An office's own types have names of their own beside them (``docs/rulebook.md``).
A star marks a key field: a wrong one sends the paper to a person.
"""

from __future__ import annotations

from types import MappingProxyType

_ADMINISTRATIVE = (
    "document_number* issue_date* place issuer* summary* signer_role signer_full_name"
    " person_full_name person_personal_id"
)

_TYPES = {
    "birth_certificate": (
        "document_number* full_name* date_of_birth* date_of_birth_in_words sex* ethnicity nationality"
        " place_of_birth place_of_origin personal_id* mother_full_name mother_birth_year mother_ethnicity"
        " mother_nationality mother_residence father_full_name father_birth_year father_ethnicity"
        " father_nationality father_residence declarant_full_name declarant_identity_paper registered_at"
        " registration_date* signer_full_name"
    ),
    "marriage_certificate": (
        "document_number* wife_full_name* wife_date_of_birth* wife_ethnicity wife_nationality wife_residence"
        " wife_personal_id* husband_full_name* husband_date_of_birth* husband_ethnicity husband_nationality"
        " husband_residence husband_personal_id* registered_at registration_date* signer_full_name"
    ),
    "marital_status_certificate": (
        "document_number* full_name* date_of_birth* sex ethnicity nationality personal_id* residence"
        " marital_status* purpose issue_date* issuer signer_full_name"
    ),
    "death_extract": (
        "document_number* full_name* date_of_birth* sex ethnicity nationality personal_id last_residence"
        " date_of_death* place_of_death cause_of_death registered_at registration_date* signer_full_name"
    ),
    "live_birth_notice": (
        "document_number mother_full_name mother_personal_id date_of_birth* sex birth_weight_grams issuer"
        " issue_date"
    ),
    "identity_card": (
        "personal_id* full_name* date_of_birth* sex* nationality place_of_origin residence"
        " place_of_birth_registration issue_date* expiry_date* old_identity_number mrz"
    ),
    "passport": (
        "passport_number* full_name* date_of_birth* sex personal_id place_of_birth issue_date* expiry_date*"
        " issuer mrz"
    ),
    "residence_confirmation": (
        "document_number* full_name* date_of_birth* sex personal_id* permanent_residence temporary_residence"
        " current_residence household_head_full_name relation_to_head issue_date* issuer"
    ),
    "residence_change_form": (
        "full_name date_of_birth sex personal_id phone email permanent_residence current_residence request"
    ),
    "land_certificate": (
        "serial_number* register_number owner_full_name* owner_personal_id parcel_number* map_sheet_number*"
        " parcel_address area_m2* land_use_purpose use_term use_origin issue_date* issuer changes"
    ),
    "household_business_certificate": (
        "business_code* business_name* business_address business_lines capital_vnd owner_full_name*"
        " owner_personal_id first_registration_date* change_number issuer"
    ),
    "enterprise_certificate": (
        "enterprise_code* enterprise_name* enterprise_name_foreign short_name address charter_capital_vnd"
        " representative_full_name* first_registration_date* change_number change_date issuer"
    ),
    "criminal_record_certificate": (
        "document_number* full_name* date_of_birth* sex nationality personal_id* residence criminal_record"
        " issue_date* issuer"
    ),
    "driving_licence": (
        "licence_number* full_name* date_of_birth* nationality residence licence_class* issue_date*"
        " expiry_date issuer"
    ),
    "diploma": (
        "full_name* date_of_birth* place_of_birth sex ethnicity qualification* graduation_year grade"
        " serial_number* register_number issue_date* issuer"
    ),
    "construction_permit": (
        "document_number* owner_full_name* work_name work_address parcel_number map_sheet_number"
        " floor_area_m2 storeys issue_date* issuer"
    ),
    "health_certificate": (
        "document_number full_name* date_of_birth* sex personal_id conclusion issue_date* issuer"
    ),
    "authorisation": (
        "certification_number certification_book party_a_full_name* party_a_personal_id party_b_full_name*"
        " party_b_personal_id subject certification_date* certifier"
    ),
    "decision": _ADMINISTRATIVE,
    "notice": _ADMINISTRATIVE,
    "report": _ADMINISTRATIVE,
    "plan": _ADMINISTRATIVE,
    "submission": _ADMINISTRATIVE,
    "minutes": _ADMINISTRATIVE,
    "official_letter": (
        "document_number* issue_date* place issuer* summary* addressee signer_role signer_full_name"
    ),
    "application_form": (
        "addressee applicant_full_name applicant_date_of_birth applicant_personal_id residence request"
        " signed_date"
    ),
    "dossier_receipt": (
        "dossier_code* procedure_name applicant_full_name received_at* due_at* receiving_office"
    ),
    "unknown": "document_number issue_date full_name personal_id",
}

VOCABULARY = MappingProxyType(
    {
        name: MappingProxyType({entry.rstrip("*"): entry.endswith("*") for entry in fields.split()})
        for name, fields in _TYPES.items()
    }
)
"""Paper type to field name to whether the field is key."""

UNKNOWN_TYPE = "unknown"
"""The type of a paper that no table recognises."""

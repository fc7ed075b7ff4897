"""What an administrator has to create on an S3 server: buckets with locks, and what a service user needs.

The owner of a bucket may do what nobody should (bypass governance locks), so the owner is an administrator
and the application another user, let in by a policy.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from storage.s3_encryption import ServerEncryption

_OBJECTS: Final = (
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:GetObjectRetention",
    "s3:GetObjectLegalHold",
    "s3:PutObject",
    "s3:PutObjectRetention",
    "s3:PutObjectLegalHold",
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
)
_BUCKET: Final = (
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "s3:ListBucketMultipartUploads",
    "s3:GetBucketLocation",
    "s3:GetBucketVersioning",
    "s3:GetBucketObjectLockConfiguration",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketPlan:
    """One bucket to be made.

    Attributes:
        bucket: its name.
        user: the application's user on that server, never the owner.
        mode: of the default lock, ``COMPLIANCE`` or ``GOVERNANCE``.
        years: of the default lock: a net under objects that come without their own.
        encryption: how the server is to encrypt what comes without a word about it; nothing is set when not
            given.
    """

    bucket: str
    user: str
    mode: str = "COMPLIANCE"
    years: int = 10
    encryption: ServerEncryption | None = None

    def policy(self) -> str:
        """The policy of the bucket, as JSON (AWS policy language, 2012-10-17)."""
        user = {"AWS": [f"arn:aws:iam:::user/{self.user}"]}
        bucket = f"arn:aws:s3:::{self.bucket}"
        return json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    _statement("Allow", user, _OBJECTS, f"{bucket}/*"),
                    _statement("Allow", user, _BUCKET, bucket),
                    _statement("Deny", "*", ("s3:BypassGovernanceRetention",), f"{bucket}/*"),
                ],
            },
            indent=2,
        )

    def default_lock(self) -> str:
        """The default lock of the bucket, as JSON (PutObjectLockConfiguration)."""
        retention = {"Mode": self.mode, "Years": self.years}
        return json.dumps({"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}}, indent=2)

    def default_encryption(self) -> str:
        """The default encryption of the bucket, as JSON (PutBucketEncryption); empty when none is wanted."""
        if self.encryption is None:
            return ""
        default = {"SSEAlgorithm": self.encryption.algorithm}
        if self.encryption.key_id:
            default["KMSMasterKeyID"] = self.encryption.key_id
        return json.dumps({"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}, indent=2)

    def lifecycle(self) -> str:
        """Unfinished uploads and old canaries go by themselves (PutBucketLifecycleConfiguration)."""
        return json.dumps(
            {
                "Rules": [
                    {
                        "ID": "unfinished-uploads",
                        "Status": "Enabled",
                        "Filter": {"Prefix": ""},
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                    },
                    {
                        "ID": "old-canaries",
                        "Status": "Enabled",
                        "Filter": {"Prefix": "canary/"},
                        "Expiration": {"Days": 2},
                        "NoncurrentVersionExpiration": {"NoncurrentDays": 2},
                    },
                ]
            },
            indent=2,
        )

    def script(self) -> str:
        """The commands of the AWS client, to be run with the owner's keys; ``$S3`` is the endpoint."""
        calls = [
            ("create-bucket", "--object-lock-enabled-for-bucket"),
            ("put-object-lock-configuration", f"--object-lock-configuration '{self.default_lock()}'"),
            ("put-bucket-lifecycle-configuration", f"--lifecycle-configuration '{self.lifecycle()}'"),
            ("put-bucket-policy", f"--policy '{self.policy()}'"),
        ]
        if self.encryption is not None:
            wanted = f"--server-side-encryption-configuration '{self.default_encryption()}'"
            calls.insert(2, ("put-bucket-encryption", wanted))
        lines = [
            f'aws --endpoint-url "$S3" s3api {call} --bucket {self.bucket} {options}'
            for call, options in calls
        ]
        return "\n".join((f"# {self.bucket}", *lines, ""))


def _statement(effect: str, principal: object, actions: tuple[str, ...], resource: str) -> dict[str, object]:
    return {"Effect": effect, "Principal": principal, "Action": list(actions), "Resource": [resource]}

#!/usr/bin/env bash
# s3-tests.sh PYTHON - start a real S3 server in memory, run the tests that want one, stop it and leave nothing.
set -euo pipefail

python=$1
here=$(cd "$(dirname "$0")" && pwd)
for program in ceph ceph-mon ceph-osd radosgw radosgw-admin; do
    if ! command -v "$program" >/dev/null; then
        echo "KHÔNG CHẠY: máy này chưa có $program." >&2
        echo "Cài: apt-get install --no-install-recommends ceph-mon ceph-osd radosgw" >&2
        exit 0
    fi
done

export CEPH_DEV_DIR=${CEPH_DEV_DIR:-/dev/shm/motlan-s3-$(id -u)-$$}
export CEPH_DEV_PORT=${CEPH_DEV_PORT:-17480}
if command -v openssl >/dev/null; then
    export CEPH_DEV_TLS_PORT=${CEPH_DEV_TLS_PORT:-17483}
fi
export CEPH_DEV_MON_PORT=${CEPH_DEV_MON_PORT:-23300}
export CEPH_DEV_SIZE_GB=${CEPH_DEV_SIZE_GB:-4}
trap '"$here/s3-server.sh" wipe' EXIT
"$here/s3-server.sh" start >/dev/null
MOTLAN_TEST_S3=$CEPH_DEV_DIR/env "$python" -m pytest -p no:randomly \
    tests/contract/test_blob_stores.py tests/contract/test_locks.py tests/storage/test_canary.py \
    tests/storage/test_real_s3.py tests/storage/test_real_locks.py

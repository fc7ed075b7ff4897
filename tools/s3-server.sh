#!/usr/bin/env bash
# s3-server.sh - one-node Ceph (1 mon, 1 OSD on a sparse file, radosgw) on
# 127.0.0.1: a real S3 server with versioning and Object Lock, for development
# and tests. NOT for production: one copy of the data, no mgr. Root not required.
#
#   apt-get install --no-install-recommends ceph-mon ceph-osd radosgw   (once)
#   s3-server.sh start | stop | restart | status | env | user NAME | wipe
#
# start is idempotent: creates what is missing, starts what is down, waits until
# S3 answers, prints the settings. `eval "$(s3-server.sh env)"` reads them.
#
# CEPH_DEV_DIR       folder of everything it writes     (/tmp/ceph-dev; short path;
#                    under /dev/shm it is faster and is gone at reboot)
# Read at the first start only (wipe to change them):
# CEPH_DEV_PORT      S3 over HTTP                                         (7480)
# CEPH_DEV_TLS_PORT  also S3 over HTTPS, own self-signed certificate       (off)
# CEPH_DEV_MON_PORT  mon; the OSD takes 4 ports in the 40 after it        (13300)
# CEPH_DEV_SIZE_GB   size of the sparse data file                           (10)
# CEPH_DEV_LC_DAY    seconds that count as one day for lifecycle rules     (off)
# CEPH_DEV_ACCESS_KEY, CEPH_DEV_SECRET_KEY   the bucket owner's keys    (random)
set -euo pipefail
umask 077
export LC_ALL=C
unset CEPH_ARGS CEPH_CONF CEPH_KEYRING
ulimit -n "$(ulimit -Hn)" 2>/dev/null || true

D=${CEPH_DEV_DIR:-/tmp/ceph-dev}
CONF=$D/ceph.conf
POOLS='default.rgw.buckets.index default.rgw.buckets.data default.rgw.buckets.non-ec'

die() { echo "s3-server: $*" >&2; exit 1; }
hex() { od -An -v -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
ceph_() { timeout 60 ceph -c "$CONF" "$@"; }
rgwadmin() { timeout 120 radosgw-admin -c "$CONF" -n client.admin "$@"; }

# pid of our own live daemon, or nothing (a stale pid file never names a stranger)
pid_of() {
    local p; p=$(cat "$D/run/$1.pid" 2>/dev/null) || return 0
    [[ $p =~ ^[0-9]+$ ]] && tr '\0' '\n' 2>/dev/null <"/proc/$p/cmdline" | grep -qxF -- "$CONF" && echo "$p"
    return 0
}
port_busy() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
http_code() { # status of GET /
    { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || { echo 000; return 0; }
    printf 'GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' >&3
    local line=; IFS= read -r -t 5 line <&3 || true; exec 3>&-
    [[ $line =~ ^HTTP/1\.[01]\ ([0-9]{3}) ]] && echo "${BASH_REMATCH[1]}" || echo 000
}
wait_for() { # seconds, daemon, command...: until it succeeds, the daemon dies or time is up
    local end=$((SECONDS + $1)) name=$2; shift 2
    until "$@" >/dev/null 2>&1; do
        [[ $(pid_of "$name") ]] || die "$name died; see $D/log"
        ((SECONDS < end)) || die "$name not ready in time; see $D/log"
        sleep 0.1
    done
}
check_dir() {
    [[ $D == /*/* && $D =~ ^[A-Za-z0-9/._-]+$ && $D != *..* && ${#D} -le 80 ]] ||
        die "CEPH_DEV_DIR must be an absolute, short (80), plain path at least two levels deep: $D"
    [[ ! -L $D && (! -e $D || -O $D) ]] || die "$D is a link or someone else's"
    [[ ! -e $D || -f $D/.ceph-dev || -z $(ls -A "$D" 2>/dev/null) ]] || die "$D exists and is not mine"
}
lock() { exec 9>"$D/.lock"; flock -w 300 9 || die "another start or stop is running"; }
need() { command -v "$1" >/dev/null || die "$1 missing: apt-get install --no-install-recommends ceph-mon ceph-osd radosgw"; }

write_conf() {
    local fsid=$1 fe="beast endpoint=127.0.0.1:$PORT tcp_nodelay=1"
    if [[ $TLS ]]; then
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=localhost \
            -addext 'subjectAltName=IP:127.0.0.1,DNS:localhost' -keyout "$D/tls.key" -out "$D/tls.crt" 2>/dev/null
        fe+=" ssl_endpoint=127.0.0.1:$TLS ssl_certificate=$D/tls.crt ssl_private_key=$D/tls.key"
    fi
    cat >"$CONF" <<CONF
[global]
fsid = $fsid
mon host = [v2:127.0.0.1:$MONPORT]
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
ms bind msgr1 = false
ms bind port min = $((MONPORT + 1))
ms bind port max = $((MONPORT + 40))
auth allow insecure global id reclaim = false
keyring = $D/keyring
run dir = $D/run
pid file = $D/run/\$name.pid
admin socket = $D/run/\$name.asok
log file = $D/log/\$name.log
crash dir = $D/crash
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
[mon]
mon data = $D/mon
mon cluster log file = $D/log/cluster.log
mon data avail warn = 2
mon data avail crit = 1
paxos propose interval = 0.05
[osd]
osd data = $D/osd
osd objectstore = bluestore
bluestore block size = $((SIZE << 30))
bluestore cache autotune = false
bluestore cache size = 134217728
bluestore rocksdb options annex = write_buffer_size=33554432
debug rocksdb = 1/5
[client.admin]
admin socket =
[client.rgw]
rgw data = $D/rgw
rgw frontends = $fe
rgw thread pool size = 64
rgw dynamic resharding = false
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = testkey-1=$(head -c 32 /dev/urandom | base64 -w0)
${LCDAY:+rgw lc debug interval = $LCDAY}
CONF
}

init() { # first start: keys, mon and OSD stores, config
    PORT=${CEPH_DEV_PORT:-7480} TLS=${CEPH_DEV_TLS_PORT:-} MONPORT=${CEPH_DEV_MON_PORT:-13300}
    SIZE=${CEPH_DEV_SIZE_GB:-10} LCDAY=${CEPH_DEV_LC_DAY:-}
    local p fsid uuid k=$D/keyring
    for p in "$PORT" "$TLS" "$MONPORT" "$SIZE" "$LCDAY"; do [[ $p =~ ^[0-9]*$ ]] || die "not a number: $p"; done
    for p in "$PORT" $TLS "$MONPORT"; do ! port_busy "$p" || die "port $p is taken"; done
    local ak=${CEPH_DEV_ACCESS_KEY:-$(hex 10)} sk=${CEPH_DEV_SECRET_KEY:-$(hex 20)}
    [[ $ak$sk =~ ^[A-Za-z0-9/+._-]+$ ]] || die "keys: letters, digits and /+._- only"
    [[ ! $TLS ]] || need openssl
    find "$D" -mindepth 1 -maxdepth 1 ! -name .ceph-dev ! -name .lock -exec rm -rf {} +
    mkdir -p "$D"/{mon,osd,rgw,run,log,crash}
    fsid=$(cat /proc/sys/kernel/random/uuid) uuid=$(cat /proc/sys/kernel/random/uuid)
    write_conf "$fsid"
    ceph-authtool --create-keyring "$k" --gen-key -n mon. --cap mon 'allow *' >/dev/null
    ceph-authtool "$k" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
    ceph-authtool "$k" --gen-key -n client.rgw --cap mon 'allow rw' --cap osd 'allow rwx' --cap mgr 'allow rw'
    ceph-authtool "$k" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *' --cap mgr 'allow profile osd'
    monmaptool --create --clobber --addv a "[v2:127.0.0.1:$MONPORT]" --fsid "$fsid" \
        --set-min-mon-release pacific "$D/monmap" >/dev/null
    ceph-mon -c "$CONF" --mkfs -i a --monmap "$D/monmap" --keyring "$k"
    launch mon.a ceph-mon -i a
    wait_for 30 mon.a ceph_ --connect-timeout 5 mon stat
    ceph_ osd new "$uuid" >/dev/null
    ceph-osd -c "$CONF" -i 0 --mkfs --osd-uuid "$uuid" 2>"$D/log/mkfs.log" || die "OSD mkfs failed: $D/log/mkfs.log"
    launch osd.0 ceph-osd -i 0
    for p in $POOLS; do # else the first PUT waits for them
        ceph_ osd pool create "$p" 8 >>"$D/log/start.log" 2>&1 &&
            ceph_ osd pool application enable "$p" rgw >>"$D/log/start.log" 2>&1 || die "pool $p: $D/log/start.log"
    done
    rgwadmin user create --uid=dev --display-name=dev --access-key="$ak" --secret="$sk" >/dev/null 2>"$D/log/user.log" ||
        die "user create failed: $D/log/user.log"
    {
        echo "S3_ENDPOINT=127.0.0.1:$PORT"
        [[ ! $TLS ]] || printf 'S3_TLS_ENDPOINT=127.0.0.1:%s\nS3_CA=%s\n' "$TLS" "$D/tls.crt"
        printf 'S3_REGION=us-east-1\nS3_ACCESS_KEY=%s\nS3_SECRET_KEY=%s\n' "$ak" "$sk"
    } >"$D/env"
    touch "$D/.initialised"
}
launch() { # name, program, args: unless it runs already
    local name=$1; shift
    [[ -z $(pid_of "$name") ]] || return 0
    "$1" -c "$CONF" "${@:2}" </dev/null 9>&- >>"$D/log/start.log" 2>&1 || die "$name did not start; see $D/log"
    local i; for i in {1..100}; do [[ -z $(pid_of "$name") ]] || return 0; sleep 0.1; done
    die "$name did not stay up; see $D/log"
}
http_ok() { [[ $(http_code "$1") == 200 ]]; }
start() {
    need ceph-mon; need ceph-osd; need radosgw; need ceph
    [[ $(id -u) == 0 || -w ${D%/*} ]] || die "cannot write ${D%/*}"
    mkdir -p "$D"; touch "$D/.ceph-dev"
    lock; mkdir -p "$D"; touch "$D/.ceph-dev"
    if [[ ! -f $D/.initialised ]]; then stop_all; init; fi
    launch mon.a ceph-mon -i a
    launch osd.0 ceph-osd -i 0
    launch client.rgw radosgw -n client.rgw
    . "$D/env"
    wait_for 120 client.rgw http_ok "${S3_ENDPOINT##*:}"
    rgwadmin user info --uid=dev >/dev/null 2>&1 || die "S3 answers but its storage does not; see $D/log"
    cat "$D/env"
}
stop_one() { # name, seconds before kill -9
    local p end=$((SECONDS + $2)); p=$(pid_of "$1"); [[ $p ]] || return 0
    kill "$p" 2>/dev/null || true
    while [[ $(pid_of "$1") == "$p" ]]; do
        if ((SECONDS >= end)); then kill -9 "$p" 2>/dev/null || true; fi
        sleep 0.1
    done
    rm -f "$D/run/$1.pid"
}
stop_all() { stop_one client.rgw 15; stop_one osd.0 30; stop_one mon.a 15; }
status() {
    local n p rc=0
    for n in mon.a osd.0 client.rgw; do
        p=$(pid_of "$n")
        if [[ $p ]]; then echo "$n up, pid $p, $(awk '/VmRSS/{print int($2/1024)}' "/proc/$p/status") MiB"
        else echo "$n down"; rc=3; fi
    done
    [[ ! -f $D/env ]] || { . "$D/env"; p=$(http_code "${S3_ENDPOINT##*:}"); echo "S3 $S3_ENDPOINT: HTTP $p"; [[ $p == 200 ]] || rc=3; }
    return $rc
}

check_dir
case ${1:-} in
start) start ;;
stop) [[ ! -f $D/.ceph-dev ]] || { lock; stop_all; } ;;
restart) [[ ! -f $D/.ceph-dev ]] || { lock; stop_all; }; start ;;
status) status ;;
env) cat "$D/env" ;;
user) # another S3 user, for bucket policies; prints its keys
    [[ ${2:-} =~ ^[a-z][a-z0-9-]*$ ]] || die "user NAME"
    ak=$(hex 10) sk=$(hex 20)
    rgwadmin user create --uid="$2" --display-name="$2" --access-key="$ak" --secret="$sk" >/dev/null 2>>"$D/log/user.log" ||
        die "not created (exists?): $D/log/user.log"
    printf 'S3_ACCESS_KEY=%s\nS3_SECRET_KEY=%s\n' "$ak" "$sk" ;;
wipe) [[ ! -f $D/.ceph-dev ]] || { lock; stop_all; rm -rf -- "$D"; } ;;
*) sed -n '2,20p' "$0" | sed 's/^# \{0,1\}//'; exit 2 ;;
esac

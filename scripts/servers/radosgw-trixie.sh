#!/usr/bin/env bash
# Ceph RADOS Gateway as Debian trixie has it; see radosgw.sh.
CEPH_SUITE=trixie COFFER_SERVER_NAME=radosgw-trixie COFFER_SERVER_PORT=18490 exec "$(dirname "${BASH_SOURCE[0]}")/radosgw.sh" "$@"

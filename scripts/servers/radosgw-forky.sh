#!/usr/bin/env bash
# Ceph RADOS Gateway as Debian forky has it; see radosgw.sh.
CEPH_SUITE=forky COFFER_SERVER_NAME=radosgw-forky COFFER_SERVER_PORT=18470 exec "$(dirname "${BASH_SOURCE[0]}")/radosgw.sh" "$@"

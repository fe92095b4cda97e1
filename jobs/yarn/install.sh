#!/usr/bin/env bash
# Puts the program into shared storage, once for all sweeps: jobs/yarn/install.sh URI, such as hdfs:///apps/tokensweep
# Nodes fetch it from there on first use and keep it. Needs the command hdfs.
set -euo pipefail
home=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=jobs/common.sh
. "$home/jobs/common.sh"

case "$#-${1:-}" in
  1-*:/*) uri=${1%/} ;;
  *) fail "found '$*', allowed is one URI, such as hdfs:///apps/tokensweep" ;;
esac
command -v hdfs >/dev/null || fail "there is no hdfs on the path"
build
hdfs dfs -mkdir -p "$uri/lib"
hdfs dfs -put -f "$jar" "$uri/"
hdfs dfs -put -f "$home"/target/lib/*.jar "$uri/lib/"
hdfs dfs -chmod -R a+rX "$uri" # what all may read is kept on a node for all applications
echo "TOKENSWEEP_INSTALLED=$uri"

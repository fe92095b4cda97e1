#!/usr/bin/env bash
# Ends what jobs/standalone/start.sh started, and nothing else: jobs/standalone/stop.sh [--dir DIR]
set -euo pipefail
home=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=jobs/common.sh
. "$home/jobs/common.sh"

dir=$home/target/standalone
case "$#-${1:-}" in
  0-) ;;
  2---dir) dir=$2 ;;
  1--h | 1---help)
    sed -n '2s/^# //p' "$0"
    exit 0
    ;;
  *) fail "found '$*', allowed is --dir DIR" ;;
esac
[ -d "$dir" ] || fail "--dir: there is no folder $dir"

ended=0
for file in "$dir"/worker-*.pid "$dir/master.pid"; do
  if [ -e "$file" ] && running "$file"; then
    pid=$(cut -d' ' -f1 "$file")
    kill "$pid" 2>/dev/null || true # a worker ends its executors on its way
    for ((i = 0; i < 100; i++)); do
      running "$file" || break
      sleep 0.1
    done
    if running "$file"; then kill -9 "$pid" 2>/dev/null || true; fi
    ended=$((ended + 1))
  fi
  rm -f "$file"
done
rm -rf "$dir/master.url" "$dir/recovery"
echo "ended $ended processes"

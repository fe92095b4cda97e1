#!/usr/bin/env bash
# Builds an image: jobs/kubernetes/image.sh cpu NAME, or jobs/kubernetes/image.sh gpu NAME LIBTORCH, where LIBTORCH is the
# folder lib of libtorch 2.7.1 for CUDA 12.8.
set -euo pipefail
home=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=jobs/common.sh
. "$home/jobs/common.sh"

case "$#-${1:-}" in
  2-cpu) more=() ;;
  3-gpu)
    [ -f "$3/libtorch_cuda.so" ] || fail "$3 holds no libtorch_cuda.so: give the folder lib of libtorch 2.7.1 for CUDA 12.8"
    more=(--build-context "libtorch=$3")
    ;;
  *) fail "found '$*', allowed are cpu NAME and gpu NAME LIBTORCH" ;;
esac
build
# only what the Dockerfile copies goes to the builder
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
mkdir -p "$context/target" "$context/jobs"
cp -rl "$home/target/lib" "$jar" "$context/target" 2>/dev/null || cp -r "$home/target/lib" "$jar" "$context/target"
cp "$home/jobs/java.options" "$home/jobs/gpus.sh" "$home/jobs/common.sh" "$context/jobs"
cp -r "$home/sweeps" "$context"
docker build --file "$home/jobs/kubernetes/Dockerfile" --target "$1" --tag "$2" "${more[@]}" "$context"

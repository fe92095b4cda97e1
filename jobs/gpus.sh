#!/usr/bin/env bash
# Finds the GPUs of this machine for Spark (spark.worker.resource.gpu.discoveryScript and its like for executors):
# prints {"name": "gpu", "addresses": [...]}, where an address is what a process started here calls the GPU.
#
# With CUDA_VISIBLE_DEVICES the addresses are its entries, otherwise the indices of nvidia-smi. A GPU in MIG mode is cut
# into instances, of which a process can use one: it counts only if CUDA_VISIBLE_DEVICES names the instance.
#
# A GPU that is reported belongs to the process that asked (a Worker, an executor, a shell) as long as that runs: another
# that asks on this machine does not get it. --list shows all without taking any.
#
#   TOKENSWEEP_GPUS=N         take N at most
#   TOKENSWEEP_GPU_CLAIMS=DIR where it is noted who has which (tokensweep-gpus-USER in the folder for temporary files)
set -euo pipefail
home=$(dirname -- "$0")/.. # common.sh lies beside this script, wherever both were sent
# shellcheck source=jobs/common.sh
. "${0%/*}/common.sh"

take=yes
case "$#-${1:-}" in
  0-) ;;
  1---list) take= ;;
  1--h | 1---help)
    sed -n '2,/^set /{/^# \{0,1\}/s///p}' "$0"
    exit 0
    ;;
  *) fail "found '$*', allowed is --list" ;;
esac
most=${TOKENSWEEP_GPUS:-9999}
[[ $most =~ ^[1-9][0-9]{0,3}$ ]] || fail "TOKENSWEEP_GPUS: found '$most', allowed are whole numbers from 1"
claims=${TOKENSWEEP_GPU_CLAIMS:-${TMPDIR:-/tmp}/tokensweep-gpus-$(id -un)}
export CUDA_DEVICE_ORDER=PCI_BUS_ID
command -v nvidia-smi >/dev/null || fail "there is no nvidia-smi on the path: no driver, or a container without it"

# Lines of nvidia-smi -L:
#   GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5d5ba0d6-…)
#     MIG 3g.20gb     Device  0: (UUID: MIG-c6d4f1ef-…)
gpus=()     # index and UUID of each GPU that is not cut
instances=() # UUIDs of MIG instances
whole=
while IFS= read -r line; do
  if [[ $line =~ ^GPU\ ([0-9]+):.*\(UUID:\ (GPU-[^\)]+)\) ]]; then
    [ -z "$whole" ] || gpus+=("$whole")
    whole="${BASH_REMATCH[1]} ${BASH_REMATCH[2]}"
  elif [[ $line =~ ^\ +MIG\ .*\(UUID:\ (MIG-[^\)]+)\) ]]; then
    instances+=("${BASH_REMATCH[1]}")
    whole= # its instances stand for it
  fi
done < <(nvidia-smi -L)
[ -z "$whole" ] || gpus+=("$whole")
[ ${#gpus[@]} -gt 0 ] || [ ${#instances[@]} -gt 0 ] || fail "nvidia-smi -L lists no GPU"

# Prints the full name of what an entry of CUDA_VISIBLE_DEVICES means, nothing if that is not there.
named() { # ENTRY
  local gpu instance found=''
  for gpu in ${gpus[@]+"${gpus[@]}"}; do
    case $1 in "${gpu% *}") found+=" ${gpu#* }" ;; GPU-*) [[ ${gpu#* } != "$1"* ]] || found+=" ${gpu#* }" ;; esac
  done
  for instance in ${instances[@]+"${instances[@]}"}; do
    case $1 in MIG-*) [[ $instance != "$1"* ]] || found+=" $instance" ;; esac
  done
  [ "$(wc -w <<<"$found")" != 1 ] || echo "${found# }"
}

addresses=() # as a process here calls them
names=()     # the same, the world over
if [ -n "${CUDA_VISIBLE_DEVICES+set}" ]; then
  IFS=, read -ra shown <<<"$CUDA_VISIBLE_DEVICES"
  for entry in ${shown[@]+"${shown[@]}"}; do
    entry=${entry// /}
    name=$(named "$entry")
    [ -n "$name" ] || break # CUDA too sees nothing from the first entry on that it does not know
    if [[ " ${names[*]-} " != *" $name "* ]]; then
      addresses+=("$entry")
      names+=("$name")
    fi
    [[ $name != MIG-* ]] || break # CUDA shows one instance and nothing beside it
  done
else
  for gpu in ${gpus[@]+"${gpus[@]}"}; do
    addresses+=("${gpu% *}")
    names+=("${gpu#* }")
  done
  if [ ${#instances[@]} -gt 0 ]; then
    echo "gpus.sh: ${#instances[@]} MIG instances are left out: start a worker for each, with CUDA_VISIBLE_DEVICES=${instances[0]} and so on" >&2
  fi
fi

# Notes that a GPU is its asker's, unless it is that of another that runs.
claim() { # NAME
  local file=$claims/$1
  [ ! -s "$file" ] || ! running "$file" || [ "$(cut -d' ' -f1 "$file")" = "$PPID" ] || return 1
  note "$PPID" "$file"
}

if [ -n "$take" ]; then
  (umask 077 && mkdir -p "$claims")
  exec 9>"$claims/lock"
  flock 9
fi
[ ${#addresses[@]} -gt 0 ] || fail "no GPU is visible to a process started here${CUDA_VISIBLE_DEVICES+; CUDA_VISIBLE_DEVICES=$CUDA_VISIBLE_DEVICES}"
found=()
for ((i = 0; i < ${#addresses[@]} && ${#found[@]} < most; i++)); do
  if [ -z "$take" ] || claim "${names[i]}"; then found+=("\"${addresses[i]}\""); fi
done
[ ${#found[@]} -gt 0 ] || fail "no GPU is free: of ${#addresses[@]} each belongs to a process that runs"
printf '{"name": "gpu", "addresses": [%s]}\n' "$(IFS=, && echo "${found[*]}")"

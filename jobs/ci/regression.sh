#!/bin/sh
# Measures the commit that is checked out, its base where that was never measured, and asks the gate:
#   jobs/ci/regression.sh [SWEEP]
# Run it in the folder of the repository. Exit code: that of the gate (0 open, 1 a regression, 3 failed trials, 4 nothing measured), 2 for
# what cannot be used or does not work. Writes comment.md, junit.xml and gate.json to $OUT.
#   BASE         revision to compare with (default: the first parent, HEAD^1)
#   RESULTS      the store (default: results)
#   POLICY       (default: jobs/ci/gate.yaml)
#   SESSIONS     sessions of timing, 1 to 100; empty if the sweep times nothing (default: 10)
#   RUNS         runs of each commit; timings of the unreduced network count once for each (default: 1)
#   BESIDE       any text: both are measured anew and in turn, and only these runs are compared; for machines that others use
#   RUN_OPTIONS  further options of run, such as '--limit 200'
#   OUT          (default: build/tokensweep)
#   TOKENSWEEP   the program, run in the tree that is measured (default: ./jobs/local.sh)
#   BUILD        builds the tree of the base (default: nothing; jobs/local.sh builds by itself)
#   RECORDS      folder of the repository with accepted/ and quarantine/, which are put into the store (default: jobs/ci/records)
#   STORE_PULL   command that fetches the store ahead, such as 'aws s3 sync s3://BUCKET/results results'
#   STORE_PUSH   command that saves it afterwards, whatever the gate said
set -eu

fail() {
  printf 'regression.sh: %s\n' "$1" >&2
  exit 2
}

[ $# -le 1 ] || fail "found $# arguments, allowed is one sweep file; options of run are in RUN_OPTIONS"
sweep=${1:-sweeps/quickstart.yaml}
tokensweep=${TOKENSWEEP:-./jobs/local.sh}
sessions=${SESSIONS-10}
runs=${RUNS:-1}
out=${OUT:-build/tokensweep}
records=${RECORDS:-jobs/ci/records}
case $runs in
  [1-9] | [1-9][0-9]) ;;
  *) fail "RUNS: found '$runs', allowed are whole numbers from 1 to 99" ;;
esac
start=$(pwd)
here=$(git rev-parse --show-toplevel) || fail "this is no Git repository"
[ -f "$sweep" ] || fail "there is no sweep file $sweep"
sweep=$(CDPATH='' cd -- "$(dirname -- "$sweep")" && pwd)/$(basename -- "$sweep")
sweep_sha256=$(sha256sum <"$sweep" | cut -d' ' -f1)
head=$(git rev-parse --verify --quiet 'HEAD^{commit}') || fail "nothing is checked out"
base=$(git rev-parse --verify --quiet "${BASE:-HEAD^1}^{commit}") ||
  fail "${BASE:-HEAD^1} is no commit that is here; fetch the whole history, not its end only"
mkdir -p "$out" "${RESULTS:=results}"
out=$(CDPATH='' cd -- "$out" && pwd)
results=$(CDPATH='' cd -- "$RESULTS" && pwd)
policy=${POLICY:-jobs/ci/gate.yaml}
export SWEEP="$sweep"

tree=
pulled=
# shellcheck disable=SC2317 # the trap calls it
end() {
  code=$?
  trap - EXIT
  if [ -n "$tree" ]; then
    git -C "$here" worktree remove --force "$tree/base" 2>/dev/null || true
    rm -rf "$tree"
    git -C "$here" worktree prune
  fi
  if [ -n "$pulled" ] && [ -n "${STORE_PUSH:-}" ] && ! sh -c "$STORE_PUSH" >&2; then
    echo "regression.sh: STORE_PUSH failed, the store is not saved" >&2
    [ "$code" -ne 0 ] || code=2
  fi
  exit "$code"
}
trap end EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

if [ -n "${STORE_PULL:-}" ]; then
  sh -c "$STORE_PULL" >&2 || fail "STORE_PULL ended with code $?"
fi
pulled=yes
for kind in accepted quarantine quarantine/lifted; do
  for file in "$records/$kind"/*.json; do
    [ -f "$file" ] || continue
    mkdir -p "$results/$kind"
    cp "$file" "$results/$kind/"
  done
done

# Runs of a commit that measured all of this sweep and are out of quarantine, an id a line.
measured() { # COMMIT
  find "$results/runs" -name '*.json' -exec grep -lsE "\"git_commit\" *: *\"$1\"" {} + >"$out/runs.txt" 2>/dev/null || true
  while IFS= read -r file; do
    grep -qE "\"sweep_sha256\" *: *\"$sweep_sha256\"" "$file" || continue
    if grep -qE '"git_dirty" *: *true|"--trial=' "$file"; then continue; fi
    id=$(basename "$file" .json)
    if held "$id"; then continue; fi
    echo "$id"
  done <"$out/runs.txt"
  rm "$out/runs.txt"
}

# Those that count: all, or with BESIDE those that were measured now.
counted() { # COMMIT
  measured "$1" | grep -vxF "$before" || true
}

# Whether results of a run are in quarantine.
held() { # RUN
  for record in "$results"/quarantine/*.json; do
    if [ -f "$record" ] && [ ! -f "$results/quarantine/lifted/$(basename "$record")" ] && grep -qE "\"run_id\" *: *\"$1\"" "$record"; then
      return 0
    fi
  done
  return 1
}

# Measures the tree in the current folder once more. Trials that failed (3) are for the gate to judge.
measure() { # COMMIT
  fresh=--fresh
  if [ "$number" -eq 1 ] && [ -z "$(measured "$1")" ]; then fresh=; fi
  code=0
  # shellcheck disable=SC2086 # program and options are words on purpose
  TOKENSWEEP_COMMIT=$1 $tokensweep run "$sweep" --results "$results" ${sessions:+--sessions "$sessions"} $fresh ${RUN_OPTIONS:-} >&2 || code=$?
  [ "$code" -eq 0 ] || [ "$code" -eq 3 ] || fail "$1 could not be measured: '$tokensweep run' ended with code $code"
}

checkout_base() {
  tree=$(mktemp -d)
  git worktree add --quiet --detach "$tree/base" "$base" >&2 || fail "no working tree of $base can be made"
  cd "$tree/base"
  if [ -n "${BUILD:-}" ]; then
    sh -c "$BUILD" >&2 || fail "$base does not build: BUILD ended with code $?"
  fi
}

# In turn, as far as runs lack: what slows the machine for a while then slows both.
before=
if [ -n "${BESIDE:-}" ]; then before=$(measured "$base"; measured "$head"); fi
number=1
while [ "$number" -le "$runs" ]; do
  if [ "$(counted "$base" | wc -l)" -lt "$number" ]; then
    if [ -z "$tree" ]; then checkout_base; else cd "$tree/base"; fi
    measure "$base"
    cd "$start"
  fi
  [ "$(counted "$head" | wc -l)" -ge "$number" ] || measure "$head"
  number=$((number + 1))
done

base_side=$base
head_side=$head
if [ -n "${BESIDE:-}" ]; then
  base_side=$(counted "$base" | paste -sd, -)
  head_side=$(counted "$head" | paste -sd, -)
fi
# As many fresh sessions as the head has.
confirming=$sessions
case $sessions in
  '' | 0* | *[!0-9]*) ;;
  *) confirming=$((sessions * runs < 100 ? sessions * runs : 100)) ;;
esac
code=0
# shellcheck disable=SC2086
$tokensweep gate "${base_side:-$base}" "${head_side:-$head}" --results "$results" --repository "$here" --policy "$policy" \
  ${sessions:+--confirm "$tokensweep run \"\$SWEEP\"${RUN_OPTIONS:+ $RUN_OPTIONS}" --sessions "$confirming"} \
  --markdown "$out/comment.md" --junit "$out/junit.xml" --json >"$out/gate.json" || code=$?
case $code in
  2) exit 2 ;; # it has said why
  0 | 1 | 3 | 4) [ ! -s "$out/gate.json" ] || exit "$code" ;;
esac
fail "'$tokensweep gate' ended with code $code and without a verdict"

#!/bin/sh
# Measures the commit that is checked out, its base where that was never measured, and asks the gate:
#   jobs/ci/regression.sh [SWEEP]
# Run it in the folder of the repository. Exit code: that of the gate (0 open, 1 a regression, 3 failed trials, 4 nothing measured), 2 for
# what cannot be used. Writes comment.md, junit.xml and gate.json to $OUT.
#   BASE         revision to compare with (default: the first parent, HEAD^1)
#   RESULTS      the store (default: results)
#   POLICY       (default: jobs/ci/gate.yaml)
#   SESSIONS     sessions of timing, 1 to 100; empty if the sweep times nothing (default: 10)
#   RUN_OPTIONS  further options of run, such as '--limit 200'
#   OUT          (default: build/tokensweep)
#   TOKENSWEEP   the program, run in the tree that is measured (default: ./jobs/local.sh)
#   BUILD        builds the tree of the base (default: nothing; jobs/local.sh builds by itself)
#   STORE_PULL   command that fetches the store ahead, such as 'aws s3 sync s3://BUCKET/results results'
#   STORE_PUSH   command that saves it afterwards
set -eu

fail() {
  printf 'regression.sh: %s\n' "$1" >&2
  exit 2
}

[ $# -le 1 ] || fail "found $# arguments, allowed is one sweep file; options of run are in RUN_OPTIONS"
sweep=${1:-sweeps/quickstart.yaml}
tokensweep=${TOKENSWEEP:-./jobs/local.sh}
sessions=${SESSIONS-10}
out=${OUT:-build/tokensweep}
here=$(git rev-parse --show-toplevel) || fail "this is no Git repository"
[ -f "$sweep" ] || fail "there is no sweep file $sweep"
sweep=$(CDPATH='' cd -- "$(dirname -- "$sweep")" && pwd)/$(basename -- "$sweep")
head=$(git rev-parse --verify --quiet 'HEAD^{commit}') || fail "nothing is checked out"
base=$(git rev-parse --verify --quiet "${BASE:-HEAD^1}^{commit}") ||
  fail "${BASE:-HEAD^1} is no commit that is here; fetch the whole history, not its end only"
mkdir -p "$out" "${RESULTS:=results}"
out=$(CDPATH='' cd -- "$out" && pwd)
results=$(CDPATH='' cd -- "$RESULTS" && pwd)
policy=${POLICY:-jobs/ci/gate.yaml}
export SWEEP="$sweep"

[ -z "${STORE_PULL:-}" ] || sh -c "$STORE_PULL" >&2

# Whether the store has a run of a commit.
measured() { # COMMIT
  [ -d "$results/runs" ] && grep -qsE "\"git_commit\" *: *\"$1\"" "$results"/runs/*.json
}

# Measures the tree in the current folder. Trials that failed (3) are for the gate to judge.
measure() { # COMMIT
  code=0
  # shellcheck disable=SC2086 # program and options are words on purpose
  TOKENSWEEP_COMMIT=$1 $tokensweep run "$sweep" --results "$results" ${sessions:+--sessions "$sessions"} ${RUN_OPTIONS:-} >&2 || code=$?
  [ "$code" -eq 0 ] || [ "$code" -eq 3 ] || {
    echo "regression.sh: $1 could not be measured (code $code)" >&2
    exit "$code"
  }
}

tree=
# shellcheck disable=SC2317 # the trap calls it
end() {
  [ -z "$tree" ] || git -C "$here" worktree remove --force "$tree" 2>/dev/null || true
  git -C "$here" worktree prune
}
trap end EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

if ! measured "$base"; then
  tree=$(mktemp -d)/base
  git worktree add --quiet --detach "$tree" "$base" >&2
  (
    cd "$tree"
    [ -z "${BUILD:-}" ] || sh -c "$BUILD" >&2
    measure "$base"
  )
fi
measured "$head" || measure "$head"

code=0
# shellcheck disable=SC2086
$tokensweep gate "$base" "$head" --results "$results" --repository "$here" --policy "$policy" \
  ${sessions:+--confirm "$tokensweep run \"\$SWEEP\" ${RUN_OPTIONS:-}" --sessions "$sessions"} \
  --markdown "$out/comment.md" --junit "$out/junit.xml" --json >"$out/gate.json" || code=$?

[ -z "${STORE_PUSH:-}" ] || sh -c "$STORE_PUSH" >&2
exit "$code"

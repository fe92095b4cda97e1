#!/usr/bin/env bash
# Starts a Spark Master and Workers on this machine; see usage below and docs/cluster.md.
set -euo pipefail
home=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=jobs/common.sh
. "$home/jobs/common.sh"

usage() {
  cat <<'END'
Usage: jobs/standalone/start.sh [OPTIONS]
Starts a Spark Master and Workers as processes of this machine, on loopback unless told otherwise, and prints the
master's URL. Those that run already stay, so the same command again replaces what has died. jobs/standalone/stop.sh
ends them.

  --workers N             workers to start (2); 0 for a master alone
  --cores N               task slots of each worker (1)
  --memory SIZE           memory of each worker for its executors (2g)
  --gpus N                GPUs of each worker, found by jobs/gpus.sh; no worker gets one that another has (0)
  --fake-gpus N           as --gpus, with made-up addresses: for trying things out without a GPU (0)
  --host HOST             address to listen on (127.0.0.1)
  --port PORT             of the master (7077); 0 for any free one
  --ui-port PORT          of the master's web interface (8080); 0 for any free one
  --master URL            starts workers only, for a master that runs elsewhere
  --properties-file FILE  settings of Spark for master and workers, such as spark.authenticate
  --dir DIR               process ids, logs, work folders, and what a master that is started again has to know
                          (target/standalone)
END
}

workers=2 cores=1 memory=2g gpus=0 fake_gpus=0 host=127.0.0.1 port=7077 ui_port=8080
master='' properties='' dir=$home/target/standalone
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help)
      usage
      exit 0
      ;;
    --workers | --cores | --memory | --gpus | --fake-gpus | --host | --port | --ui-port | --master | --properties-file | --dir)
      [ $# -gt 1 ] || fail "$1: a value is missing"
      ;;
    *) fail "found '$1', allowed are the options of --help" ;;
  esac
  case $1 in
    --workers | --gpus | --fake-gpus | --port | --ui-port)
      [[ $2 =~ ^(0|[1-9][0-9]{0,4})$ ]] || fail "$1: found '$2', allowed are whole numbers from 0"
      ;;&
    --cores) [[ $2 =~ ^[1-9][0-9]{0,4}$ ]] || fail "$1: found '$2', allowed are whole numbers from 1" ;;&
    --memory) [[ $2 =~ ^[1-9][0-9]*[mg]$ ]] || fail "$1: found '$2', allowed are sizes such as 512m or 2g" ;;&
    --properties-file) [ -r "$2" ] || fail "$1: $2 cannot be read" ;;&
    --workers) workers=$2 ;;
    --cores) cores=$2 ;;
    --memory) memory=$2 ;;
    --gpus) gpus=$2 ;;
    --fake-gpus) fake_gpus=$2 ;;
    --host) host=$2 ;;
    --port) port=$2 ;;
    --ui-port) ui_port=$2 ;;
    --master) master=$2 ;;
    --properties-file) properties=$(realpath "$2") ;;
    --dir) dir=$2 ;;
  esac
  shift 2
done
[ "$gpus" = 0 ] || [ "$fake_gpus" = 0 ] || fail "give --gpus or --fake-gpus"
case $master in '' | spark://*) ;; *) fail "--master: found '$master', allowed is spark://HOST:PORT" ;; esac

mkdir -p "$dir"
dir=$(realpath "$dir")
build
if [ -z "${SPARK_HOME:-}" ]; then SPARK_HOME=$(own_spark_home); fi
export SPARK_HOME SPARK_SCALA_VERSION=2.13 SPARK_LOCAL_IP="$host"
given=()
[ -z "$properties" ] || given=(--properties-file "$properties")

begun=() # by this call

# Starts a process of its own session and notes which it is, unless it runs. The flags are in the array daemon_flags.
start() { # NAME CLASS ARGUMENTS
  local name=$1
  shift
  if [ -e "$dir/$name.pid" ] && running "$dir/$name.pid"; then return; fi
  # shellcheck disable=SC2086 # SPARK_DAEMON_JAVA_OPTS are words on purpose
  begun+=("$name")
  setsid "$(java_program)" -Xmx"${SPARK_DAEMON_MEMORY:-512m}" "@$home/jobs/java.options" ${SPARK_DAEMON_JAVA_OPTS:-} "${daemon_flags[@]}" \
    -cp "$SPARK_HOME/conf:$SPARK_HOME/jars/*" "$@" </dev/null >"$dir/$name.log" 2>&1 &
  note "$!" "$dir/$name.pid"
}

# Waits until a process has written a line.
await() { # NAME PATTERN
  local i
  for ((i = 0; i < 600; i++)); do
    if grep -qsE "$2" "$dir/$1.log"; then return; fi
    running "$dir/$1.pid" || break
    sleep 0.1
  done
  local each
  for each in "${begun[@]}"; do
    if running "$dir/$each.pid"; then kill "$(cut -d' ' -f1 "$dir/$each.pid")"; fi
    rm -f "$dir/$each.pid"
  done
  fail "$1 did not start: $(grep -E 'ERROR|Exception|Error' "$dir/$1.log" | head -n 1 || true) (all of it is in $dir/$1.log)"
}

if [ -z "$master" ]; then
  if [ "$port" = 0 ] && [ -s "$dir/master.url" ]; then
    port=$(sed 's/.*://' "$dir/master.url") # workers and drivers know it there
  fi
  mkdir -p "$dir/recovery"
  chmod 700 "$dir/recovery" # settings of drivers on the cluster are in it, and with them its secret
  daemon_flags=(
    -Dspark.master.rest.enabled=false # it knows no authentication
    -Dspark.deploy.recoveryMode=FILESYSTEM "-Dspark.deploy.recoveryDirectory=$dir/recovery"
    -Dspark.deploy.recoveryTimeout=10 # seconds that it waits for those who are gone too
  )
  start_master() {
    start master org.apache.spark.deploy.master.Master --host "$host" --port "$port" --webui-port "$ui_port" "${given[@]}"
    await master "I have been elected leader|$unreadable"
  }
  unreadable=PersistenceEngine.readPersistedData # in a stack trace: the one before died while it wrote
  start_master
  if ! grep -q 'I have been elected leader' "$dir/master.log"; then
    pid=$(cut -d' ' -f1 "$dir/master.pid")
    { kill -9 "$pid" && wait "$pid"; } 2>/dev/null || true
    rm -rf "$dir"/recovery/* "$dir/master.pid"
    start_master
  fi
  master=$(grep -oE 'Starting Spark master at spark://[^ ]+' "$dir/master.log" | sed 's/.* //')
fi
echo "$master" >"$dir/master.url"

for ((worker = 1; worker <= workers; worker++)); do
  daemon_flags=(-Dspark.worker.cleanup.enabled=true)
  if [ "$fake_gpus" -gt 0 ]; then
    addresses=$(seq -s, $(((worker - 1) * fake_gpus)) $((worker * fake_gpus - 1)) | sed 's/[0-9]*/"&"/g')
    printf '[{"id": {"componentName": "spark.worker", "resourceName": "gpu"}, "addresses": [%s]}]\n' "$addresses" \
      >"$dir/worker-$worker.gpus.json"
    daemon_flags+=("-Dspark.worker.resource.gpu.amount=$fake_gpus" "-Dspark.worker.resourcesFile=$dir/worker-$worker.gpus.json")
  elif [ "$gpus" -gt 0 ]; then
    export TOKENSWEEP_GPUS=$gpus
    daemon_flags+=("-Dspark.worker.resource.gpu.amount=$gpus" "-Dspark.worker.resource.gpu.discoveryScript=$home/jobs/gpus.sh")
  fi
  start "worker-$worker" org.apache.spark.deploy.worker.Worker --host "$host" --cores "$cores" --memory "$memory" \
    --webui-port 0 --work-dir "$dir/work-$worker" "${given[@]}" "$master"
done
for ((worker = 1; worker <= workers; worker++)); do
  await "worker-$worker" 'Successfully registered with master'
done
echo "$master"

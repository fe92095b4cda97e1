#!/usr/bin/env bash
# Runs TokenSweep on a cluster; see usage below and docs/cluster.md.
set -euo pipefail
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=jobs/common.sh
. "$home/jobs/common.sh"

usage() {
  cat <<'END'
Usage: jobs/submit.sh [OPTIONS OF SPARK-SUBMIT] -- COMMAND [ARGUMENTS]
Runs a TokenSweep command on a Spark cluster: spark://, yarn or k8s://, in client or cluster mode.

  jobs/submit.sh --master spark://host:7077 -- run sweeps/quickstart.yaml --results /shared/results
  jobs/submit.sh --master yarn --deploy-mode cluster -- run /shared/my.yaml --results /shared/results

Everything ahead of -- is for spark-submit, with its own names, such as --master, --deploy-mode, --conf,
--properties-file, --executor-memory. A master may also stand in a properties file.

Variables of the environment:
  SPARK_HOME             a Spark installation; without it one of the project's own jars is used (spark:// and local masters)
  TOKENSWEEP_INSTALLED   where the program is installed on every node: a folder with tokensweep.jar and lib/ (nothing is
                         copied), or a URI of such a folder in shared storage, such as hdfs:///apps/tokensweep;
                         without it what Spark lacks is sent along once for each node; /opt/tokensweep for k8s://
  TOKENSWEEP_CLASSPATH   jars with methods of your own, separated by colons; they are sent along
  TOKENSWEEP_BUILD=no    takes what is built, whether or not a source is newer
  PYTORCH_LIBRARY_PATH, PYTORCH_VERSION, PYTORCH_FLAVOR, DJL_CACHE_DIR, ENGINE_CACHE_DIR
                         where set, executors get them too

In client mode the exit code is that of the command. 2 also stands for a mistake in the options above.
END
}

options=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  case $1 in
    -h | --help)
      usage
      exit 0
      ;;
    --class) fail "--class: the program is TokenSweep, leave it out" ;;
  esac
  options+=("$1")
  shift
done
[ $# -gt 0 ] || fail "found no --: give options for Spark, then --, then a command, such as -- run SWEEP; see --help"
shift
[ $# -gt 0 ] || fail "found no command behind --: give one, such as -- run SWEEP; see --help"

# The last value of a setting: of a flag, of --conf KEY=VALUE, or of a properties file.
setting() { # KEY [FLAG]
  local key=$1 flag=${2:-} value='' file='' i word
  for ((i = 0; i < ${#options[@]}; i++)); do
    word=${options[i]}
    case $word in
      --properties-file) file=${options[i + 1]:-} ;;
      --properties-file=*) file=${word#*=} ;;
    esac
  done
  [ -n "$file" ] || file=${SPARK_CONF_DIR:-${SPARK_HOME:-$home/target/spark-home}/conf}/spark-defaults.conf
  if [ -f "$file" ]; then
    value=$(sed -nE "s/^[[:space:]]*${key//./\\.}[[:space:]=:]+(.*[^[:space:]])[[:space:]]*$/\1/p" "$file" | tail -n 1)
  fi
  for ((i = 0; i < ${#options[@]}; i++)); do
    word=${options[i]}
    case $word in
      --conf | -c) case ${options[i + 1]:-} in "$key="*) value=${options[i + 1]#*=} ;; esac ;;
      --conf="$key="*) value=${word#--conf="$key"=} ;;
    esac
  done
  if [ -n "$flag" ]; then
    for ((i = 0; i < ${#options[@]}; i++)); do
      word=${options[i]}
      case $word in
        "$flag") value=${options[i + 1]:-} ;;
        "$flag="*) value=${word#*=} ;;
      esac
    done
  fi
  printf '%s' "$value"
}

master=$(setting spark.master --master)
mode=$(setting spark.submit.deployMode --deploy-mode)
mode=${mode:-client}
case $master in
  '') fail "no master: give --master spark://HOST:PORT, --master yarn or --master k8s://URL" ;;
  spark://* | yarn | local | local\[* | local-cluster\[*) ;;
  k8s://*) : "${TOKENSWEEP_INSTALLED:=/opt/tokensweep}" ;;
  *) fail "--master: found '$master', allowed are spark://HOST:PORT, yarn, k8s://URL and local[N]" ;;
esac
case $mode in
  client | cluster) ;;
  *) fail "--deploy-mode: found '$mode', allowed are client and cluster" ;;
esac
if [ -z "${SPARK_HOME:-}" ]; then
  case $master in
    yarn | k8s://*) fail "--master $master needs a Spark 4.2 distribution: set SPARK_HOME to one" ;;
  esac
elif [ ! -x "$SPARK_HOME/bin/spark-submit" ]; then
  fail "SPARK_HOME: $SPARK_HOME has no bin/spark-submit"
fi

installed=${TOKENSWEEP_INSTALLED:-}
case $installed in
  *:/*) application=$installed/tokensweep.jar ;;
  /*)
    application=local://$installed/tokensweep.jar
    case $master-$mode in spark://*-cluster) application=file://$installed/tokensweep.jar ;; esac # a Worker copies it
    if [ "$mode" = client ] && [ ! -f "$installed/tokensweep.jar" ]; then
      fail "TOKENSWEEP_INSTALLED: there is no $installed/tokensweep.jar here, where the driver would run"
    fi
    ;;
  '')
    build
    application=$jar
    ;;
  *) fail "TOKENSWEEP_INSTALLED: found '$installed', allowed are an absolute path and a URI" ;;
esac
spark_home=${SPARK_HOME:-}
if [ -z "$spark_home" ]; then
  built || fail "nothing is built in $home/target: run ./mvnw -DskipTests package there"
  spark_home=$(own_spark_home)
fi
if [ -z "$(find -L "$spark_home/jars" -name 'spark-core_2.13-4.2.*.jar' -print -quit)" ]; then
  fail "SPARK_HOME: $spark_home holds no Spark 4.2 for Scala 2.13"
fi

# Jars of the program that this Spark does not have, in whatever version.
lacking() { # FOLDER
  local file
  for file in "$1"/*.jar; do
    compgen -G "$spark_home/jars/$(basename "$file" | sed -E 's/-[0-9]+\..*//')-[0-9]*.jar" >/dev/null || printf '%s\n' "$file"
  done
}

shipped=()     # with the application
driver_path='' # of a driver that runs here
add_settings=()
default() { # KEY VALUE [FLAG]
  [ -n "$(setting "$1" "${3:-}")" ] || add_settings+=(--conf "$1=$2")
}

case $installed in
  /*)
    path="$installed/tokensweep.jar:$installed/lib/*"
    for side in driver executor; do
      given=$(setting "spark.$side.extraClassPath")
      add_settings+=(--conf "spark.$side.extraClassPath=$path${given:+:$given}")
    done
    ;;
  *:/*)
    built || fail "nothing is built in $home/target: run ./mvnw -DskipTests package there"
    while IFS= read -r file; do shipped+=("$installed/lib/${file##*/}"); done < <(lacking "$home/target/lib")
    driver_path=$jar:$(lacking "$home/target/lib" | paste -sd: -)
    ;;
  '')
    while IFS= read -r file; do shipped+=("$file"); done < <(lacking "$home/target/lib")
    driver_path=$jar:$(lacking "$home/target/lib" | paste -sd: -)
    ;;
esac
if [ -n "${TOKENSWEEP_CLASSPATH:-}" ]; then
  IFS=: read -ra own <<<"$TOKENSWEEP_CLASSPATH"
  for file in "${own[@]}"; do
    [ -f "$file" ] || fail "TOKENSWEEP_CLASSPATH: $file is no jar; a folder of classes cannot be sent along"
    shipped+=("$(realpath "$file")")
    driver_path+=${driver_path:+:}$(realpath "$file")
  done
fi
given=$(setting spark.jars --jars)
jars=$(IFS=, && echo "${shipped[*]-}")
[ -z "$given" ] || jars=$given${jars:+,$jars}

options_of_java=$(java_options)
default spark.driver.defaultJavaOptions "$options_of_java-Dtokensweep.terminal=$([ -t 2 ] && echo true || echo false)"
default spark.executor.defaultJavaOptions "$options_of_java"
default spark.driver.memory 4g --driver-memory
for name in THP_MEM_ALLOC_ENABLE PYTORCH_LIBRARY_PATH PYTORCH_VERSION PYTORCH_FLAVOR DJL_CACHE_DIR ENGINE_CACHE_DIR; do
  [ -z "${!name:-}" ] || default "spark.executorEnv.$name" "${!name}"
done
if [ -n "$(setting spark.executor.resource.gpu.amount)" ]; then
  default spark.task.resource.gpu.amount 1 # a device does one thing at a time
fi
[ -z "$jars" ] || add_settings+=(--jars "$jars")

default spark.app.name "TokenSweep $1" --name

submission=("${options[@]}" "${add_settings[@]}" --class io.tokensweep.cli.TokenSweep "$application" "$@")
if [ "$mode" = client ] && [ -n "$driver_path" ]; then
  # ahead of Spark's own defaults for logging; a driver elsewhere loads the same from the application's jars
  export SPARK_DIST_CLASSPATH="$driver_path${SPARK_DIST_CLASSPATH:+:$SPARK_DIST_CLASSPATH}"
fi
if [ -n "${SPARK_HOME:-}" ]; then
  exec "$SPARK_HOME/bin/spark-submit" "${submission[@]}"
fi

# As spark-submit of a distribution does it: Spark's launcher prints the command of the driver.
export SPARK_HOME=$spark_home SPARK_SCALA_VERSION=2.13
case $master in
  *//127.0.0.1:* | *//localhost:* | local*) export SPARK_LOCAL_IP="${SPARK_LOCAL_IP:-127.0.0.1}" ;;
esac
command=()
started=
while IFS= read -r -d '' word; do
  if [ -n "$started" ]; then command+=("$word"); else started=1; fi # an empty word comes first
done < <("$(java_program)" -Xmx128m -cp "$spark_home/jars/*" org.apache.spark.launcher.Main org.apache.spark.deploy.SparkSubmit "${submission[@]}")
[ ${#command[@]} -gt 0 ] || exit 2 # the launcher has said why
command[0]=${command[0]#$'\n'}
exec "${command[@]}"

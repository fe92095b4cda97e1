#!/bin/sh
# Runs TokenSweep on this machine: jobs/local.sh COMMAND [ARGUMENTS]
# Builds first where nothing is built yet or a source is newer than the jar.
# TOKENSWEEP_CLASSPATH adds jars or class folders with methods of your own, separated by colons.
# TOKENSWEEP_JAVA_OPTS adds flags for the JVM, such as -Xmx8g or -Dspark.master=local[4].
set -eu
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=jobs/common.sh
. "$home/jobs/common.sh"
build

[ -t 2 ] && terminal=true || terminal=false
export SPARK_LOCAL_IP="${SPARK_LOCAL_IP:-127.0.0.1}"

# shellcheck disable=SC2086 # flags are words on purpose
exec "$(java_program)" -Xmx4g "@$home/jobs/java.options" -Dtokensweep.terminal=$terminal \
  ${TOKENSWEEP_JAVA_OPTS:-} -cp "$jar:$home/target/lib/*${TOKENSWEEP_CLASSPATH:+:$TOKENSWEEP_CLASSPATH}" io.tokensweep.cli.TokenSweep "$@"

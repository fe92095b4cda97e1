#!/bin/sh
# Runs TokenSweep on this machine: jobs/local.sh COMMAND [ARGUMENTS]
# Builds first where nothing is built yet or a source is newer than the jar.
# TOKENSWEEP_CLASSPATH adds jars or class folders with methods of your own, separated by colons.
# TOKENSWEEP_JAVA_OPTS adds flags for the JVM, such as -Xmx8g or -Dspark.master=local[4].
set -eu
home=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
jar=$home/target/tokensweep.jar

stale() {
  [ ! -f "$jar" ] || [ ! -d "$home/target/lib" ] || [ "$home/.git/logs/HEAD" -nt "$jar" ] ||
    [ -n "$(find "$home/pom.xml" "$home/src/main" -newer "$jar" -print | head -n 1)" ]
}

if stale; then
  echo "tokensweep: building" >&2
  rm -rf "$home/target/lib"
  (cd "$home" && ./mvnw -q -B -ntp -DskipTests package) >&2
fi

java=java
[ -z "${JAVA_HOME:-}" ] || java=$JAVA_HOME/bin/java
[ -t 2 ] && terminal=true || terminal=false
export SPARK_LOCAL_IP="${SPARK_LOCAL_IP:-127.0.0.1}"
# The engine asks for huge pages for its arrays: fewer page faults in every forward pass on a CPU.
export THP_MEM_ALLOC_ENABLE="${THP_MEM_ALLOC_ENABLE:-1}"

opens=
for package in java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util \
  java.util.concurrent java.util.concurrent.atomic sun.nio.ch sun.nio.cs sun.security.action \
  sun.util.calendar; do
  opens="$opens --add-opens=java.base/$package=ALL-UNNAMED"
done

# shellcheck disable=SC2086 # flags are words on purpose
exec "$java" -Xmx4g $opens -Djdk.reflect.useDirectMethodHandle=false \
  -Dfile.encoding=UTF-8 -Dsun.jnu.encoding=UTF-8 \
  -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 -Djava.awt.headless=true -Dai.djl.offline=true -Dtokensweep.terminal=$terminal \
  ${TOKENSWEEP_JAVA_OPTS:-} -cp "$jar:$home/target/lib/*${TOKENSWEEP_CLASSPATH:+:$TOKENSWEEP_CLASSPATH}" io.tokensweep.cli.TokenSweep "$@"

# What the scripts of this folder share. Sourced, not run; the caller has set $home to the project's folder.
# shellcheck shell=sh disable=SC2154

jar=$home/target/tokensweep.jar

# The engine asks for huge pages for its arrays: fewer page faults in every forward pass on a CPU.
export THP_MEM_ALLOC_ENABLE="${THP_MEM_ALLOC_ENABLE:-1}"

fail() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit 2
}

built() {
  [ -f "$jar" ] && [ -d "$home/target/lib" ]
}

stale() {
  ! built || [ -n "$(find "$home/pom.xml" "$home/src/main" "$home/.git/logs/HEAD" -newer "$jar" -print 2>/dev/null | head -n 1)" ]
}

# Builds where nothing is built yet or a source is newer than the jar; TOKENSWEEP_BUILD=no takes what is there.
build() {
  if [ "${TOKENSWEEP_BUILD:-}" = no ] || [ ! -f "$home/pom.xml" ]; then
    built || fail "nothing is built in $home/target: run ./mvnw -DskipTests package there"
  elif stale; then
    echo "tokensweep: building" >&2
    rm -rf "$home/target/lib"
    (cd "$home" && ./mvnw -q -B -ntp -DskipTests package) >&2 || fail "$home does not build"
  fi
}

# The Java program to run.
java_program() {
  if [ -n "${JAVA_HOME:-}" ]; then echo "$JAVA_HOME/bin/java"; else echo java; fi
}

# The flags of java.options in one line.
java_options() {
  sed '/^#/d; /^$/d' "$home/jobs/java.options" | tr '\n' ' '
}

# A Spark home of the project's own jars. Its jars folder is a link, so it is never older than the build.
own_spark_home() {
  mkdir -p "$home/target/spark-home/conf"
  ln -sfn ../lib "$home/target/spark-home/jars"
  echo "$home/target/spark-home"
}

# When a process started, in ticks since the machine did: with its number it names one process for good.
started() { # PID
  sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20
}

# Notes a process in a file.
note() { # PID FILE
  echo "$1 $(started "$1")" >"$2"
}

# Whether the process that a file notes runs still.
running() { # FILE
  pid=$(cut -d' ' -f1 "$1")
  [ -n "$(started "$pid")" ] && [ "$(cat "$1")" = "$pid $(started "$pid")" ] && ! grep -q '^State:.Z' "/proc/$pid/status"
}

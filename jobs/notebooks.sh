#!/bin/sh
# The notebooks: jobs/notebooks.sh open | install | execute | check
#   open      installs the kernel for Jupyter and opens the notebooks; needs jupyter
#   install   the first half of open
#   execute   runs all notebooks on the results folder and writes their outputs into them; needs no Jupyter
#   check     runs the quickstart on 300 images twice into a fresh folder, and all notebooks on it; changes no notebook
# The kernel and the libraries come from Maven Central and lie in target/notebooks.
# TOKENSWEEP_RESULTS is the results folder, results by default.
set -eu
home=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$home"
place=$home/target/notebooks
kernel=$place/kernel/rapaio-jupyter-kernel.jar
java=java
[ -z "${JAVA_HOME:-}" ] || java=$JAVA_HOME/bin/java

fetch() {
  if [ ! -f "$kernel" ] || [ "$home/pom.xml" -nt "$kernel" ]; then
    rm -rf "$place/kernel" "$place/lib"
    ./mvnw -q -B -ntp ${TOKENSWEEP_MAVEN_OPTS:-} -Dfmt.skip -Pnotebooks initialize >&2
  fi
}

install() {
  fetch
  folder=${JUPYTER_DATA_DIR:-$HOME/.local/share/jupyter}/kernels/tokensweep-java
  mkdir -p "$folder"
  cat > "$folder/kernel.json" <<END
{"argv": ["$java", "-Djava.awt.headless=true", "-jar", "$kernel", "{connection_file}"],
 "display_name": "Java (TokenSweep)", "language": "java", "interrupt_mode": "message"}
END
  echo "kernel: $folder" >&2
}

# $1: folder for the notebooks with their outputs
execute() {
  fetch
  "$java" -cp "$kernel" jobs/RunNotebooks.java "$kernel" "$1" notebooks/*.ipynb
}

export TOKENSWEEP_RESULTS
case "${1:-}" in
  open)
    command -v jupyter > /dev/null || {
      echo "notebooks.sh: there is no jupyter; install jupyter-notebook, or use execute" >&2
      exit 2
    }
    install
    TOKENSWEEP_RESULTS=${TOKENSWEEP_RESULTS:-$home/results}
    exec jupyter notebook notebooks
    ;;
  install) install ;;
  execute)
    TOKENSWEEP_RESULTS=${TOKENSWEEP_RESULTS:-$home/results}
    execute notebooks
    ;;
  check)
    TOKENSWEEP_RESULTS=$place/results
    rm -rf "$TOKENSWEEP_RESULTS" "$place/executed"
    mkdir -p "$place"
    for run in first second; do
      ./jobs/local.sh run sweeps/quickstart.yaml --fresh --limit 300 --results "$TOKENSWEEP_RESULTS" > "$place/$run.log"
    done
    execute "$place/executed"
    ;;
  *)
    echo "usage: jobs/notebooks.sh open | install | execute | check" >&2
    exit 2
    ;;
esac

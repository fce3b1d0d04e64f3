#!/bin/sh
# Finds a JDK 25 or newer and becomes a program:
#   run.sh          the driver
#   run.sh install lock|install [FOLDER]    the installer of dependencies; FOLDER stands for /fob
#   run.sh install serve                    the installer as a server
#   run.sh check    ends with 0 if there is a JDK that sandboxes see
#   run.sh home     prints the folder of that JDK
#   run.sh train    makes lib/driver.aot, which speeds up the start of the driver with this JDK
here=$(dirname "$0")
java=
look_in() {
  for home; do
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2>/dev/null)
    if [ "${version:-0}" -ge 25 ] && grep -q '[" ]jdk.compiler[" ]' "$home/release"; then
      java=$home/bin/java
      return
    fi
  done
}
look_in /usr/lib/jvm/* # which sandboxes see
[ -n "$java" ] || [ "$1" = check ] || look_in /opt/java "${JAVA_HOME:-/nowhere}"
if [ -z "$java" ]; then
  echo "there is no JDK 25 or newer in /usr/lib/jvm" >&2
  exit 2
fi
case $1 in
  check) exit 0 ;;
  home) dirname "$(dirname "$java")"; exit ;;
esac

if [ "$1" = install ]; then
  shift
  exec "$java" -Xmx192m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Duser.home="${TMPDIR:-/tmp}" \
    -Dfile.encoding=UTF-8 -Dfob.run="$0" -Dsun.net.httpserver.maxReqTime=300 \
    -Dslf4j.internal.verbosity=ERROR -cp "$here/lib/driver.jar:$here/lib/install/*" fob.driver.install.Main "$@"
fi

# The rest of the memory is for the JVM itself, for compiled code and for the stacks of threads.
memory=${FOB_MEMORY_MIB:-256}
if [ "$memory" -gt 256 ]; then heap=$((memory - 128)); else heap=$((memory / 2)); fi
flags="-Xmx${heap}m -Xss1m -XX:+UseSerialGC -XX:+UseCountedLoopSafepoints -XX:LoopStripMiningIter=1000 -XX:-UsePerfData
  -XX:ReservedCodeCacheSize=48m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=30
  -XX:ErrorFile=/dev/null -XX:-CreateCoredumpOnCrash -Xlog:disable -Xlog:all=error:stderr -Xlog:aot*=off:stderr
  -Djdk.virtualThreadScheduler.maxPoolSize=16 -Dfile.encoding=UTF-8"
# shellcheck disable=SC2086 # flags are words
case $1 in
  train) exec "$java" $flags -XX:AOTCacheOutput="$here/lib/driver.aot" -jar "$here/lib/driver.jar" train ;;
esac
# The events go to the original stdout, which Java finds as descriptor 0. What the function and its child processes print
# to stdout goes to the log. A cache of another JDK is not used.
[ ! -e "$here/lib/driver.aot" ] || flags="$flags -XX:AOTCache=$here/lib/driver.aot"
# shellcheck disable=SC2086
exec "$java" $flags -jar "$here/lib/driver.jar" 0>&1 1>&2

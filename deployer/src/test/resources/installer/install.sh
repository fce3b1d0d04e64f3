# An installer for tests. What it does is in the code: a line "# needs NAME [WORD...]".
set -u
fob=${2:-/fob}
case "$1" in
  lock)
    need=$(sed -n 's/^# needs //p' $fob/code/function)
    set -- $need
    case "$need" in
      *unknown*) echo "looking for $1" >&2; echo "error: there is no package $1" >&2; echo "known are a, b" >&2; exit 1 ;;
      *hangs*) echo "waiting for the index" >&2; sleep 600 ;;
      *silent*) exit 3 ;;
      *memory*) exec tail /dev/zero ;;
      *wrong*) echo '{' > $fob/out/lock.json; exit 0 ;;
      *spy*) cp $fob/code/function $fob/out/
        { id -u; env; ls / /fob /tmp; ls /run/secrets; cat /etc/shadow; ls "$3"; ls /proc; touch /fob/code/x /fob/driver/x /usr/x; } > $fob/out/seen 2>&1 ;;
      *link*) ln -s /etc $fob/out/link ;;
      *pipe*) mkfifo $fob/out/pipe ;;
      *many*) i=0; while [ $i -lt 9 ]; do echo "line $i of $1" >&2; i=$((i+1)); done; echo "error: too many" >&2; exit 1 ;;
    esac
    if [ -z "$need" ]; then echo '{"packages":[]}' > $fob/out/lock.json; exit 0; fi
    version=1
    case "$need" in *newest*) version=$(cat /proc/sys/kernel/random/uuid) ;; esac
    echo "{\"packages\":[{\"name\":\"$1\",\"version\":\"$version\"}]}" > $fob/out/lock.json ;;
  install)
    name=$(sed -n 's/.*"name":"\([a-z_]*\)".*/\1/p' $fob/lock.json)
    case "$name" in
      large) head -c 20000000 /dev/zero > $fob/out/large || exit 1 ;;
    esac
    ls $fob/code > $fob/out/code_seen
    mkdir -p $fob/out/sub
    ln -s ../made_code $fob/out/sub/link
    echo "made = '$(cat /proc/sys/kernel/random/uuid)'" > "$fob/out/$name.py"
    echo x > $fob/out/made_code ;;
esac

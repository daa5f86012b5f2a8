agent_main() {
  nonce=$1
  exec 9>&2 2>/dev/null
  # shellcheck disable=SC3045,SC2046 # dash, bash, busybox and ksh know -S: no core of the agent, which holds secrets
  set -- $(umask; ulimit -Sc)
  user_umask=$1 user_core=$2
  umask 077
  # shellcheck disable=SC3045
  ulimit -Sc 0
  user_locale=${LC_ALL+=$LC_ALL} LC_ALL=C durable=yes began=-999 s_input=/dev/null
  export LC_ALL
  unset CDPATH bundle epoch next_epoch journal syncing self_syncing worker watcher brief s_as s_secrets sudo_password
  missing=''
  for tool in setsid tee dd mkdir mv rm cat sync date sleep mktemp mkfifo tail wc; do
    command -v "$tool" >/dev/null || missing="$missing $tool"
  done
  [ -z "$missing" ] || { say "X lacks$missing" && exit 96; }
  cd "${HOME:-/}" || { say "X home ${HOME-}" && exit 96; }
  tmp=$(mktemp -d "${TMPDIR:-/tmp}/conc.XXXXXXXXXX") || tmp=$(mktemp -d "$HOME/.conc-agent.XXXXXXXXXX") || { say "X room" && exit 96; }
  boot=-
  read -r boot </proc/sys/kernel/random/boot_id
  trap 'ending' TERM HUP PIPE
  # Over the size that a file may have (ulimit -f) a write is to fail, and not to end the agent.
  trap '' XFSZ
  say "R $tmp $HOME"
  while IFS= read -r request; do
    case $request in *[!0-9]*) ;; *) request=$(dd bs="$request" count=1 iflag=fullblock) ;; esac
    case $request in
      *'#EOS') eval "$request" ;;
      *) break ;;
    esac
  done
  ending
}

# The connection is over: what runs goes on to its end, unless the session was told to be brief; nothing more starts, and then the agent goes.
ending() {
  trap '' TERM HUP PIPE
  make "$tmp/gone"
  [ -z "$brief" ] || make "$tmp/stop"
  ! holding || make "$epoch/lost"
  [ -z "$watcher" ] || kill "$watcher"
  while [ -n "$worker" ]; do
    wait "$worker"
    kill -0 "$worker" || worker=''
  done
  write_remaining
  release_feeds
  rm -rf -- "$tmp"
  exit 0
}

# q_http CONFIG WHY URL SECONDS INSECURE HEADER…: `via TOOL` and what a server answered, at most 1 MiB and a little; on stderr what
# the tool says, then `exit CODE`. CONFIG is the whole request for curl, which gets it by a pipe, so that no command line shows it. The
# wgets can't be told so: unless WHY is empty they don't do.
q_http() {
  exec 4>&1
  if has curl; then
    echo via curl
    h_code=$({ { printf '%s' "$1" | curl -q -sSig --noproxy '*' -K -; echo $? >&3; } | head -c 1114113 >&4; } 3>&1)
  else
    has wget || unknown "the node has neither curl nor wget"
    [ -z "$2" ] || unknown "$2"
    shift 2
    by_wget "$@"
  fi
  printf '\nexit %s\n' "$h_code" >&2
}

# by_wget URL SECONDS INSECURE HEADER…: with GNU's or busybox's, which tell the heads on stderr. The latter checks no certificate.
by_wget() {
  h_url=$1 h_seconds=$2 h_insecure=$3
  shift 3
  for h_header; do
    set -- "$@" --header "$h_header"
    shift
  done
  [ -z "$h_insecure" ] || set -- --no-check-certificate "$@"
  if wget --version >/dev/null 2>&1; then
    echo via wget
    set -- -nv --no-config --no-proxy -t 1 --max-redirect=0 --content-on-error "$@"
  else
    case $h_insecure$h_url in
      [Hh][Tt][Tt][Pp][Ss]:*) unknown "the wget of busybox checks no certificate. Install curl, or ask with insecure" ;;
    esac
    echo via busybox
    set -- -q -Y off "$@"
  fi
  h_code=$({ { within "$h_seconds" wget -S -O - "$@" "$h_url"; echo $? >&3; } | head -c 1048577 >&4; } 3>&1)
}

# within SECONDS COMMAND…: ends the command by then, exit 143. The timeout of busybox keeps a pipe open for a second more than needed.
within() {
  w_limit=$1
  shift
  "$@" &
  w_pid=$!
  (
    trap 'kill "$!"; exit' TERM
    sleep "$w_limit" &
    wait "$!" && kill "$w_pid"
  ) >/dev/null 2>&1 3>&- 4>&- &
  w_watch=$!
  wait "$w_pid"
  w_code=$?
  kill "$w_watch" 2>/dev/null
  return "$w_code"
}

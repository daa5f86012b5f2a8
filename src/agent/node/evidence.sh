# What ends the name of a process there, which may hold blanks.
paren=') '

# Sets `started` and `state` to a process's start time and state (fields 22 and 3 of proc(5) stat), or - where there is
# no /proc.
start_of() {
  started=- state=-
  { IFS= read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
  # shellcheck disable=SC2086 # the fields are to be split
  set -- ${stat##*"$paren"}
  state=$1 started=${20-'-'}
}

# in_group PGID: does a process of the group live? Asks proc(5) stat, fields 3 and 5, as kill fails on what is another
# user's as on what is gone, and succeeds on the dead that nobody has waited for.
in_group() {
  [ -e /proc/self/stat ] || { kill -0 -"$1"; return; }
  for stat_file in /proc/[0-9]*/stat; do
    { IFS= read -r stat <"$stat_file"; } 2>/dev/null || continue
    # shellcheck disable=SC2086 # the fields are to be split
    set -- "$1" ${stat##*"$paren"}
    [ "$4" != "$1" ] || [ "$2" = Z ] || return 0
  done
  return 1
}

# alive FILE: does FILE name a process (`PID START BOOT`) that runs on this boot?
alive() {
  pid='' begun='' booted=''
  { read -r pid begun booted <"$1"; } 2>/dev/null
  [ -n "$pid" ] && [ "$booted" = "$boot" ] || return 1
  living "$pid" && [ "$started" = "$begun" ]
}

# of_other_boot FILE: does FILE name a process of a boot before this one?
of_other_boot() {
  booted=''
  { read -r _ _ booted <"$1"; } 2>/dev/null
  [ -n "$booted" ] && [ "$booted" != "$boot" ]
}

# living PID: is it there, and not dead and waited for by nobody yet?
living() {
  kill -0 "$1" 2>/dev/null || [ -d "/proc/$1" ] || return 1
  start_of "$1"
  [ "$state" != Z ]
}

# write_evidence PID FILE
write_evidence() {
  start_of "$1"
  printf '%s %s %s\n' "$1" "$started" "$boot" >"$2"
}

# Sets `parent` to the folder that $1 lies in.
parent_of() {
  parent=.
  case $1 in */?*) parent=${1%/*} && parent=${parent:-/} ;; esac
}

# Sets `top` to the number of the highest epoch of the bundle $1: who made it may write the journal.
top_epoch() {
  top=0
  while [ -d "$1/epoch.$((top + 1))" ]; do top=$((top + 1)); done
}

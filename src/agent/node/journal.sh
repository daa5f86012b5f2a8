# Sets `now`, to the second. `date` is asked once a minute; how far that is the kernel's clock tells. `second` has a 1 in
# front, as 08 is no number to a shell.
now() {
  uptime=0
  { read -r uptime _ </proc/uptime; } 2>/dev/null
  uptime=${uptime%.*} second=$((uptime - began))
  if [ "$uptime" = 0 ] || [ "$second" -ge 160 ]; then
    # shellcheck disable=SC2046 # the fields are to be split
    set -- $(date -u '+%Y-%m-%dT%H:%M %S')
    minute=$1 second=1$2 began=$((uptime - second))
  fi
  now=$minute:${second#1}Z
}

# record LINE…: appends whole lines; they are on the disk when it returns 0.
record() {
  [ ! -e "$tmp/torn" ] || mend_journal || return 1
  printf '%s\n' "$@" >>"$journal" || { make "$tmp/torn"; return 1; }
  [ "$durable" = no ] || [ -n "$self_syncing" ] || to_disk "$journal"
}

# Has the kernel sync each append by itself (chattr(1), ext4, xfs, btrfs), which costs no process. Elsewhere it is refused.
sync_appends() { [ "$durable" = no ] || ! chattr +S "$journal" || self_syncing=yes; }

# to_disk PATH…: `sync` of single files came with coreutils 8.24; where it is not, all is synced.
to_disk() {
  case $syncing in
    files) sync -d "$@" ;;
    all) sync ;;
    *) if sync -d "$@"; then syncing=files; else syncing=all; sync; fi ;;
  esac
}

# lasting PATH…: to_disk, unless the run is not durable. A folder that may not be read can't be synced alone: then all is.
lasting() { [ "$durable" = no ] || to_disk "$@" || sync; }

# Ends with a tab, which stands in no record.
cut_short='	(cut short)'

# Ends a line that a crash or a full disk cut short, so that the next record starts on its own. The tab, which stands in
# no record, says that the line counts as never written.
mend_journal() {
  if [ -s "$journal" ] && [ -n "$(tail -c 1 "$journal")" ]; then printf '%s\n' "$cut_short" >>"$journal" || return 1; fi
  rm -f "$tmp/torn"
}

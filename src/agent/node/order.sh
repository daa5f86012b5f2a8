# Which step may begin after which: `order` in the bundle names them in a line, the journal tells which are settled.

# learn: reads both for the bundle that is held.
learn() {
  order=' '
  IFS= read -r order <"$bundle/order"
  settled=' '
  while read -r _ l_line; do
    case $l_line in *"$cut_short") ;; *) settles "$l_line" ;; esac
  done <"$journal"
  keep_settled
}

# relearn ID: as learn, after the plan in the bundle was replaced.
relearn() {
  begin_output "$1"
  learn
  end_output "$1" "$?"
}

# settles LINE: a step is settled when a line of the journal says that it ended OK, is skipped, marked, or probed done.
settles() {
  set -f
  # shellcheck disable=SC2086 # the words of the line
  set -- $1
  set +f
  case $1:${5-}:${4-} in
    end:OK:*) settled="$settled$4 " ;;
    skip:* | mark:*) settled="$settled$3 " ;;
    probe:*:done) settled="$settled$3 " ;;
  esac
}

# The worker is a subshell: what it has settled comes back to the agent by a file.
recall() { IFS= read -r settled <"$tmp/settled"; }
keep_settled() { printf '%s\n' "$settled" >"$tmp/settled"; }

# early NAME: is the step before NAME not settled yet, or NAME no step at all?
early() {
  [ -n "$journal" ] || return 1
  e_before=${order%%" $1 "*}
  [ "$e_before" != "$order" ] || return 0
  e_before=${e_before##* }
  [ -n "$e_before" ] || return 1
  case $settled in *" $e_before "*) return 1 ;; esac
}

# May another step start? Sets `refused` to the reason when not.
may_start() {
  refused=''
  if [ -n "$bundle" ]; then
    [ ! -e "$bundle/halt" ] || refused=halted
    [ ! -d "$bundle/closing" ] || refused=closing
    [ ! -e "$epoch/lost" ] || refused=lost
    ! fenced || refused=fenced
  fi
  [ ! -e "$tmp/halt" ] || refused=halted
  [ ! -e "$tmp/gone" ] && attended || refused=lost
  [ -z "$refused" ]
}

# Does the agent live? A dead process that nobody has waited for has no exe any more: one look where living reads 300 bytes.
attended() { [ -e "/proc/$$/exe" ] || living "$$"; }

# launch ID FUNCTION: runs FUNCTION in a worker that outlives the connection and answers `Z ID REASON` on both streams at its end.
# Until then the worker alone answers; requests that make a flag are silent.
launch() {
  [ ! -e "$tmp/stop" ] && [ ! -e "$tmp/halt" ] || rm -f "$tmp/stop" "$tmp/halt"
  [ -z "$journal" ] || recall
  work_id=$1
  { work "$@"; } </dev/null &
  worker=$!
}

work() {
  trap 'ticked=yes' ALRM HUP PIPE TERM
  reason='' ended='' ticker='' doubtful='' gone='' retiring=''
  own_pid
  if [ -z "$epoch" ]; then :
  elif fenced; then reason=fenced
  else write_evidence "$own" "$epoch/worker" || reason=unfit
  fi
  { tick; } </dev/null >/dev/null 9>&- &
  ticker=$!
  "$2"
  flush_end
  kill "$ticker"
  [ -z "$journal" ] || keep_settled
  [ -z "$reason" ] || write_remaining
  ! holding || rm -f "$epoch/worker"
  attended || rm -rf -- "$tmp"
  end_work "$1" "${reason:-done}"
  [ -z "$retiring" ] || kill -TERM "$$"
}

# retire: after the last step of all the agent ends by itself; being told to would cost the runner a round trip.
retire() { retiring=yes; }

# Sets `own` to the pid of this subshell; $$ is the agent's.
own_pid() {
  own=''
  { read -r own stat </proc/self/stat; } 2>/dev/null
  [ -n "$own" ] || own=$(exec sh -c 'echo "$PPID"')
}

# Wakes the worker out of `wait` once a second: it looks at the flags then, and nothing holds it for ever.
tick() {
  while nap 1; do kill -ALRM "$own" || exit 0; done
}

# nap SECONDS: a sleep that ends with the subshell that naps.
nap() {
  trap - ALRM HUP PIPE
  trap '[ -z "$sleeper" ] || kill "$sleeper"; exit 0' TERM
  sleeper=''
  sleep "$1" &
  sleeper=$!
  wait "$sleeper"
}

# await PID: `wait`, told apart from one that a signal to the worker cut short: returns 1 then. Sets `code`, to - when
# nobody can know it. A death by one of these signals looks like that too; dash and busybox forget it once told.
await() {
  ticked=''
  wait "$1" 2>>"$tmp/said"
  code=$?
  case $code in
    129 | 141 | 142 | 143) [ -z "$ticked" ] || in_doubt "$1" || return 1 ;;
    127) [ "${doubtful:-142}" = 142 ] || code=$doubtful ;;
  esac
  doubtful='' gone=''
}

# in_doubt PID: is it of no use to wait again? bash 5.2 loses a child that dies at the very moment of a signal, and
# would wait for it for ever.
in_doubt() {
  doubtful=$code
  [ -z "$gone" ] || { code=- && return 0; }
  kill -0 "$1" || [ -d "/proc/$1" ] || gone=yes
  return 1
}

# in_bundle: what was sent behind a request for the lock does not begin without it.
in_bundle() { [ -n "$bundle" ] || { reason=unopened; return 1; }; }

# may_begin N NAME TRY: is it this step's turn?
may_begin() {
  [ -z "$reason" ] || return 1
  may_start || { reason=$refused; return 1; }
  ! early "$2" || { reason=early; return 1; }
  s_n=$1 s_mark="$1 $3 $2" s_output=/dev/null
  [ -z "$journal" ] || s_output=$bundle/output/$1-$2.$3
}

# begin_step: writes the end of the step before and the begin of this one in one go.
begin_step() {
  # The end of the step before is as late as this: one date serves both.
  [ -n "$ended" ] || now
  if [ -n "$journal" ]; then
    record ${ended:+"$ended"} "$now begin $s_mark remote" || { reason=unfit; return 1; }
    if fenced; then announce_end; record "$now void $s_mark"; reason=fenced; return 1; fi
  fi
  announce_next || { [ -z "$journal" ] || record "$now void $s_mark"; reason=lost; return 1; }
}

# end_step: the outcome stands ready to be written; a step that is not OK is written at once and ends the batch.
end_step() {
  now
  ended="$now end $s_mark $status exit=$code signal=$signal"
  [ "$status" = OK ] || { flush_end; reason=${reason:-ended}; return 1; }
  [ -z "$journal" ] || settles "end $s_mark OK"
}

# On each stream in one go: every piece costs the line, sshd and the runner as much as a long one.
announce_next() {
  [ -n "$ended" ] || { begin_output "$s_n"; return; }
  ended=''
  printf '%s E %s\n%s B %s\n' "$nonce" "$s_ended" "$nonce" "$s_n" >&9 &&
    printf '%s E %s %s\n%s B %s\n' "$nonce" "$s_ended" "$s_outcome" "$nonce" "$s_n"
}

announce_end() {
  [ -n "$ended" ] || return 0
  end_output "$s_ended" "$s_outcome"
  ended=''
}

# Writes the last end on its own. On a full disk an append fails where a rename does not: then the name tells.
flush_end() {
  [ -n "$ended" ] || return 0
  if [ -n "$journal" ] && ! record "$ended"; then
    if mv "$s_kept.out" "$s_kept.out.$status.$code"; then sync; else s_outcome="ERROR $code $signal" reason=unfit; fi
  fi
  announce_end
}

# step N NAME TRY LIMIT DIR ARGV…: one step, journaled where there is a bundle.
step() {
  may_begin "$1" "$2" "$3" && stand_ready || return 1
  begin_step || { stand_down; return 1; }
  s_limit=$4 s_dir=$5
  shift 5
  execute "$@"
  s_ended=$s_n s_outcome="$status $code $signal" s_kept=$s_output
  end_step
}

# close_step N NAME TRY RUN APP: the step that releases the bundle. Its end is written into the journal's new place.
close_step() {
  may_begin "$1" "$2" "$3" && begin_step || return 1
  now
  if archive "$4" "$5" "$now close $4" 2>&9; then status=OK code=0; else status=FAILED code=1; fi
  signal=- s_ended=$s_n s_outcome="$status $code -" s_kept=$s_output
  end_step
  flush_end
}

# plain ID LIMIT USER DIR ARGV…: a command outside the journal, as USER unless that is empty.
plain() {
  may_start || [ "$refused" = halted ] || { reason=$refused; return 1; }
  s_n=$1 s_limit=$2 s_as=$3 s_dir=$4 s_output=/dev/null s_secrets=''
  shift 4
  stand_ready || return 1
  begin_output "$s_n"
  execute "$@"
  end_output "$s_n" "$status $code $signal"
}

# give_input TEXT: what the next `plain` reads. A command whose input is not whole must not run.
give_input() {
  s_input=$tmp/input
  printf '%s' "$1" >"$s_input" || { reason=unfit; return 1; }
}

# stand_ready: who reads the output of the step to come, and gives it what it asks for. That takes a while: it is called
# before the step is recorded, so that it happens while the disk is waited for. Needs s_output.
stand_ready() {
  [ -p "$tmp/o" ] || mkfifo "$tmp/o" "$tmp/e" || { reason=unfit; return 1; }
  asker='' giver='' input=$s_input
  if [ -n "$s_as" ] && [ -n "$sudo_password" ]; then feed_password "$tmp/sudo" && asker=$feeder; fi
  if [ -n "$s_as" ] && [ -n "$s_secrets" ]; then input=$tmp/secrets && feed "$input" give_secrets && giver=$feeder; fi
  # Until the step has its own ends: no reader waits for a writer that never comes, should the worker be killed.
  exec 5<>"$tmp/o" 6<>"$tmp/e"
  keep out "$tmp/o" 9>&- &
  out_reader=$!
  keep err "$tmp/e" >&9 9>&- &
  err_reader=$!
}

# stand_down: the step did not begin.
stand_down() {
  exec 5<&- 6<&-
  end_feeds
  for reader in "$out_reader" "$err_reader"; do
    while ! await "$reader"; do :; done
  done
}

# execute ARGV…: runs a command in a process group of its own, its output sent and kept. Sets status, code, signal.
execute() {
  status=ERROR code=- signal=- late='' asked='' group_alive='' timer=''
  make "$tmp/said"
  start "$@" >"$tmp/o" 2>"$tmp/e" 5<&- 6<&- 9>&- &
  child=$!
  exec 5<&- 6<&-
  [ "$s_limit" = - ] || { { limit; } </dev/null >/dev/null 9>&- & timer=$!; }
  while ! await "$child"; do
    asked_to_end || continue
    end_group "$child"
    [ -n "$group_alive" ] || await "$child" || await "$child" || group_alive=yes
    [ -z "$group_alive" ] || code=-
    break
  done
  [ -z "$timer" ] || { kill "$timer"; rm -f "$tmp/late.$s_n"; }
  end_feeds
  judge
  await_readers
  tell_refused
}

end_feeds() {
  [ -z "$asker" ] || end_feed "$tmp/sudo" "$asker"
  [ -z "$giver" ] || end_feed "$tmp/secrets" "$giver"
}

# Becomes the step: its own group, the user's umask and locale, and nothing of the agent's open.
start() {
  if [ -n "$s_dir" ]; then cd -- "$s_dir" || exit 1; fi
  trap - HUP ALRM PIPE TERM XFSZ
  umask "$user_umask"
  # shellcheck disable=SC3045 # as in agent_main
  ulimit -Sc "$user_core"
  if [ -n "$user_locale" ]; then LC_ALL=${user_locale#=}; else unset LC_ALL; fi
  exec <"$input"
  if [ -n "$s_as" ]; then become "$@"; fi
  for s_each in $s_secrets; do eval "$s_each=\$secret_$s_each; export $s_each"; done
  exec setsid "$@"
}

# become ARGV…: the step of another user. sudo runs `cat` with its prompt, which is the FIFO's name, only when it wants
# the password (-k: whatever it remembers): so the step never has it on its stdin. Another user gets secrets there, as
# sudo keeps no environment: its shell takes them off, and the step reads nothing of them.
become() {
  # shellcheck disable=SC2016 # for the shell that reads it
  [ -z "$s_secrets" ] || set -- /bin/sh -c 's=$(cat); exec </dev/null; eval "$s"' sh "$@"
  [ -n "$sudo_password" ] || exec setsid sudo -n -u "$s_as" -- "$@"
  SUDO_ASKPASS=$(command -v cat)
  export SUDO_ASKPASS
  exec setsid sudo -k -A -p "$tmp/sudo" -u "$s_as" -- "$@"
}

asked_to_end() {
  [ ! -e "$tmp/late.$s_n" ] || late=yes
  [ ! -e "$tmp/stop" ] || asked=yes
  [ -n "$late$asked" ]
}

# dash and busybox say in words when a signal ended a child, though never for INT and PIPE, nor when it was dead before
# they waited for it: it has no name then. bash never does.
judge() {
  if [ "$code" != - ] && [ "$code" -gt 128 ] && { [ -s "$tmp/said" ] || [ -n "${BASH_VERSION-}" ] || [ "$code" = 130 ] || [ "$code" = 141 ] || [ -n "$late$asked" ]; }; then
    signal=$(kill -l "$code")
    signal=${signal:--}
  fi
  if [ -n "$group_alive" ] || [ "$code" = - ]; then status=ERROR
  elif [ -n "$late" ]; then status=TIMED_OUT
  elif [ -n "$asked" ]; then status=STOPPED
  elif [ "$code" = 0 ]; then status=OK
  else status=FAILED
  fi
}

# keep STREAM FIFO: sends a stream to the runner and keeps its first MiB in the bundle. The kernel holds that bound;
# the /dev/null keeps tee reading when the runner is gone and the bound is reached.
keep() {
  trap '' PIPE XFSZ
  trap - HUP ALRM TERM
  [ "$s_output" != /dev/null ] || exec tee /dev/null <"$2" 5<&- 6<&- 8<&-
  # What may hold secrets is not kept here: the workstation keeps it without them.
  [ -z "$s_secrets" ] || { make "$s_output.$1"; exec tee /dev/null <"$2" 5<&- 6<&- 8<&-; }
  ulimit -f 2048
  exec tee -a "$s_output.$1" /dev/null <"$2" 5<&- 6<&- 8<&-
}

# Waits for the readers; a process left behind that still holds the step's output must not hold the run.
await_readers() {
  r_code=$code r_ticks=0
  for reader in "$out_reader" "$err_reader"; do
    while ! await "$reader"; do
      r_ticks=$((r_ticks + 1))
      [ "$r_ticks" -lt 3 ] || { part_from_daemon; break 2; }
    done
  done
  code=$r_code
}

# Gives its output readers that keep it and send it nowhere, then ends the old ones. `<>`, as opening a FIFO that
# nobody writes to any more would wait for ever; it is opened here, as it is removed below.
part_from_daemon() {
  say "I $s_n a process it left behind still holds its output"
  { { kill "$out_reader"; keep out /dev/fd/8; } >/dev/null 9>&- & } 8<>"$tmp/o"
  { { kill "$err_reader"; keep err /dev/fd/8; } >/dev/null 9>&- & } 8<>"$tmp/e"
  for reader in "$out_reader" "$err_reader"; do
    while ! await "$reader"; do :; done
  done
  rm -f "$tmp/o" "$tmp/e"
}

# Raises the flag when the time is over and wakes the worker; the ticks do it again if that came too early.
limit() {
  nap "$s_limit"
  make "$tmp/late.$s_n"
  kill -ALRM "$own"
}

# end_group PGID: TERM, five seconds, KILL, and looks that nothing is left; sets group_alive when something is.
end_group() {
  for g_signal in TERM KILL; do
    g_turns=50
    # Where all is another user's no signal arrives, and there is nothing to wait for.
    sudo_kill "$g_signal" "$1" || kill -"$g_signal" -"$1" || g_turns=1
    while [ "$g_turns" -gt 0 ]; do
      sleep 0.1
      in_group "$1" || return 0
      g_turns=$((g_turns - 1))
    done
  done
  group_alive=yes
}

# A step that runs by sudo is ended by sudo: sudo passes a TERM on, but a KILL would end sudo alone.
sudo_kill() { [ -n "$s_as" ] && by_sudo -u "$s_as" -- kill -"$1" -- -"$2"; }

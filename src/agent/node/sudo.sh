# The password of sudo and the secrets of steps stand in variables of the agent alone: in no argument, no file, and no
# environment but that of the step which asks for them.

# keep_password PASSWORD: of sudo(8), from now on.
keep_password() { sudo_password=$1; }

# keep_secret NAME VALUE ASSIGNMENT: for steps of this user as a variable, for those of another one as text for their shell.
keep_secret() { eval "secret_$1=\$2 export_$1=\$3"; }

# Where printf is a program of its own (mksh), its arguments are for all to see.
can_feed() { [ "$(command -v printf)" = printf ]; }

# Does sudo(8) ask for no password, whatever this user may do? That is what -v tells by default (verifypw=all).
needs_no_password() { sudo -n -k -v; }

# Is the password right? It is tried once.
check_password() { by_sudo -v; }

# feed FIFO FUNCTION: what FUNCTION prints goes to the first who reads the FIFO. Its name is gone by then, so who asks
# again, as sudo does after a wrong password, finds nothing.
feed() {
  mkfifo "$1" || return 1
  { exec 7>"$1"; rm -f "$1"; "$2" >&7; } </dev/null >/dev/null 2>&1 8<&- 9>&- &
  feeder=$!
}

# feed_password FIFO: gives sudo its password once. By the time that it asks again, as it does when it was refused, there
# is another FIFO of that name, out of which it gets nothing, and FIFO.refused says so.
feed_password() {
  mkfifo "$1" "$1.again" || return 1
  { exec 7>"$1"; mv -f "$1.again" "$1"; give_password >&7; exec 7>&-; exec 7>"$1"; make "$1.refused"; rm -f "$1"; } </dev/null >/dev/null 2>&1 8<&- 9>&- &
  feeder=$!
}

# end_feed FIFO PID: nobody will ask any more. Where the name is gone somebody has, and the feeder has ended.
end_feed() {
  [ ! -p "$1" ] || { kill "$2"; rm -f "$1" "$1.again"; }
}

# Lets those go who still wait for somebody to ask, when what was to end them was killed.
release_feeds() {
  for f_fifo in "$tmp/sudo" "$tmp/sudo.own" "$tmp/secrets"; do [ ! -p "$f_fifo" ] || true <>"$f_fifo"; done
}

# Did sudo refuse the password of the step? It was right when it was tried first.
tell_refused() {
  [ -e "$tmp/sudo.refused" ] || return 0
  rm -f "$tmp/sudo.refused"
  say "I $s_n sudo refused the password that it took before: the step did not run. Try it again with the one that holds now."
}

give_password() { printf '%s\n' "$sudo_password"; }

# The secrets of a step, as text for a shell, and what that shell is to run.
give_secrets() {
  for s_each in $s_secrets; do eval "printf '%s\n' \"\$export_$s_each\""; done
  # shellcheck disable=SC2016 # for the shell that reads it
  if [ "$s_input" = /dev/null ]; then printf '%s\n' 'unset s; exec "$@"'; else cat "$s_input"; fi
}

# by_sudo ARG…: sudo, with the password where there is one.
by_sudo() {
  [ -n "$sudo_password" ] || { sudo -n "$@"; return; }
  feed_password "$tmp/sudo.own" || return 1
  SUDO_ASKPASS=$(command -v cat) sudo -k -A -p "$tmp/sudo.own" "$@"
  b_code=$?
  end_feed "$tmp/sudo.own" "$feeder"
  return "$b_code"
}

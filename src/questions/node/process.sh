# q_process COMM USER: `p PID UID COMM` and `a ARGS` for each process, with `u UID NAME` before a user's first. Either word
# may be empty; the kernel keeps 15 bytes of COMM. All comes from /proc, where GNU's and busybox's ps look, each in its way.
# What has ended and waits for its parent (Z) does not run. Newlines in arguments are sent as the byte 1.
q_process() {
  needs awk; needs tr
  [ -e /proc/self/status ] || unknown "the node has no /proc"
  # Mounted with hidepid, /proc hides what other users run.
  [ -r /proc/1/status ] || unknown "permission denied; ask with node.sudo()"
  p_comm=$1 p_uid=$2 p_known=' '
  case $2 in *[!0-9]*) p_uid=$(id -u -- "$2") || unknown "there is no user $2" ;; esac
  own_processes
  p_found=$(statuses) || unknown "/proc can't be read"
  [ -n "$p_found" ] || return 0
  # Names may end with blanks, which read would take away from words.
  while IFS= read -r p_name; do
    p_id=${p_name%% *} p_name=${p_name#* }
    p_of=${p_name%% *} p_name=${p_name#* * }
    p_args=$( (tr '\0\n' ' \1' <"/proc/$p_id/cmdline") 2>/dev/null) || continue
    [ -n "$p_args" ] || p_args="[$p_name]"
    case $p_known in *" $p_of "*) ;; *) user_line "$p_of" ;; esac
    printf 'p %s %s %s\na %s\n' "$p_id" "$p_of" "$p_name" "${p_args% }"
  done <<END
$p_found
END
}

# statuses: PID UID PPID COMM of the processes that are wanted. Some end while they are read, so cat may complain; but this
# shell must be among them.
statuses() {
  cat /proc/[0-9]*/status 2>/dev/null | comm=$p_comm uid=$p_uid self=$$ chain=$p_chain session=$p_session awk '
    function keep() { if (pid != "") { all[pid] = uid " " ppid " " name; parent[pid] = ppid; sid[pid] = session; state[pid] = s } }
    function ours(p, steps) {
      if (ENVIRON["session"] != "" && sid[p] == ENVIRON["session"]) return 1
      if (index(ENVIRON["chain"], " " p " ")) return 1
      while (p > 1 && p != ENVIRON["self"] && steps++ < 999) p = parent[p]
      return p == ENVIRON["self"]
    }
    /^Name:/ { keep(); name = substr($0, 7); pid = session = "" }
    /^State:/ { s = $2 }
    /^Pid:/ { pid = $2 }
    /^PPid:/ { ppid = $2 }
    /^Uid:/ { uid = $3 }
    /^NSsid:/ { session = $2 }
    END {
      keep()
      if (!(ENVIRON["self"] in parent)) exit 1
      wanted = substr(ENVIRON["comm"], 1, 15)
      for (p in all) {
        split(all[p], word, " ")
        if (state[p] ~ /[ZX]/ || ours(p) || ENVIRON["uid"] != "" && word[1] != ENVIRON["uid"]) continue
        if (wanted != "" && all[p] != word[1] " " word[2] " " wanted) continue
        print p, all[p]
      }
    }'
}

# own_processes: sets p_chain, from this shell up to conc's agent, and p_session, the agent's: none of them is the node's.
# When no agent is above (sudo may stand between), only this shell and what it started are ours.
own_processes() {
  p_chain='' p_session='' p_above=" $$ " p_at=$$
  while [ "${p_at:-0}" -gt 1 ]; do
    p_stat=$(cat "/proc/$p_at/stat" 2>/dev/null) || return 0
    # shellcheck disable=SC2086 # These are numbers.
    set -- ${p_stat##*) }
    # This shell's own words may hold this pattern.
    [ "$p_at" = $$ ] || case $(tr '\0' ' ' <"/proc/$p_at/cmdline") in
      *' -c s=$(dd '*'*EOS) eval '*) p_chain=$p_above p_session=$4 ;;
    esac
    p_at=$2 p_above="$p_above$2 "
  done
}

user_line() {
  p_known="$p_known$1 "
  if has getent; then u_name=$(getent passwd "$1"); u_name=${u_name%%:*}
  else u_name=$(awk -F: -v uid="$1" '$3 == uid { print $1; exit }' /etc/passwd)
  fi
  printf 'u %s %s\n' "$1" "${u_name:-$1}"
}

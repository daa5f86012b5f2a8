# hold BUNDLE EPOCH: makes this agent the one that may write.
hold() {
  bundle=$1 epoch=$1/epoch.$2 next_epoch=$1/epoch.$(($2 + 1)) journal=$1/journal
  write_evidence "$$" "$epoch/agent" || return 1
  make "$epoch/beat"
  sync_appends
  { watch; } </dev/null >/dev/null 2>&1 9>&- &
  watcher=$!
}

# Ends the agent when its runner has been silent for 45 s: a stalled link looks like a quiet one. What arrives is heard
# too, as beats wait behind a file on a thin line.
watch() {
  silent=0 arrived=''
  while nap 5; do
    living "$$" && holding || exit 0
    heard_arriving
    if [ -e "$epoch/beat" ]; then silent=0 && rm -f "$epoch/beat"; else silent=$((silent + 5)); fi
    [ "$silent" -lt 45 ] || { make "$epoch/lost"; kill -TERM "$$"; exit 0; }
  done
}

# Does the file that is being put grow?
heard_arriving() {
  w_file='' w_size=''
  { IFS= read -r w_file <"$tmp/arriving"; } 2>/dev/null
  [ -z "$w_file" ] || w_size=$(wc -c <"$w_file")
  [ "$w_size" = "$arrived" ] || { arrived=$w_size && make "$epoch/beat"; }
}

# beat: the runner is there. A worker that was killed can't say that it has ended: then the agent does.
beat() {
  ! holding || make "$epoch/beat"
  [ -z "$worker" ] || living "$worker" || { end_work "$work_id" killed; worker=''; }
}

# open ID BUNDLE DURABLE RUN HOLDER PLAN COMMANDS ORDER RECORD…: takes the lock. The mkdir decides, by its exit status alone.
open() {
  o_id=$1 o_bundle=$2 durable=$3 o_run=$4 o_holder=$5 o_plan=$6 o_commands=$7 o_order=$8
  shift 8
  begin_output "$o_id"
  parent_of "$o_bundle"
  { [ -d "$parent" ] || mkdir -p -- "$parent"; } 2>"$tmp/said" && mkdir -m 700 -- "$o_bundle" 2>"$tmp/said" || {
    if [ -e "$o_bundle" ] || [ -L "$o_bundle" ]; then end_output "$o_id" blocked && return 0; fi
    cat "$tmp/said" >&9
    end_output "$o_id" unfit && return 0
  }
  now
  if mkdir "$o_bundle/epoch.1" "$o_bundle/payload" "$o_bundle/output" "$o_bundle/scripts" 2>&9 &&
    printf '%s' "$o_plan" 2>&9 >"$o_bundle/plan.json" &&
    printf '%s' "$o_commands" 2>&9 >"$o_bundle/commands.txt" &&
    printf ' %s \n' "$o_order" 2>&9 >"$o_bundle/order" &&
    make "$o_bundle/journal" 2>&9 &&
    hold "$o_bundle" 1 2>&9 &&
    record "$now open $o_run" "$@" 2>&9 &&
    learn &&
    printf '%s' "$o_holder" 2>&9 >"$o_bundle/holder.new" &&
    # Whoever sees a holder sees all that it stands for: so the rest is on the disk before it gets its name.
    lasting "$o_bundle/plan.json" "$o_bundle/order" "$o_bundle/commands.txt" "$o_bundle/holder.new" \
      "$o_bundle/payload" "$o_bundle/output" "$o_bundle/scripts" "$o_bundle" &&
    mv "$o_bundle/holder.new" "$o_bundle/holder" 2>&9 &&
    lasting "$o_bundle" "$parent"; then
    take_up_parts "$o_bundle.closed.parts" "$o_bundle/payload/.parts"
    end_output "$o_id" opened
  else
    journal='' bundle='' epoch=''
    rm -rf -- "$o_bundle"
    end_output "$o_id" unfit
  fi
}

# Sets `run` to the id of the run that holds the bundle $1.
run_of() {
  run=''
  while read -r key value; do
    [ "$key" != run: ] || run=$value
  done <"$1/holder" 2>/dev/null
}

# look BUNDLE: what is there, as `key value` lines. Evidence first, so that what is read afterwards is not older.
look() {
  if [ -L "$1" ] || { [ -e "$1" ] && [ ! -d "$1" ]; }; then echo "bundle foreign" && return 0; fi
  [ -d "$1" ] || { echo "bundle none" && return 0; }
  [ -O "$1" ] && [ -r "$1" ] && [ -x "$1" ] || { echo "bundle foreign" && return 0; }
  echo "bundle there"
  top_epoch "$1"
  echo "epoch $top"
  ! of_other_boot "$1/epoch.$top/agent" || echo "restarted yes"
  while [ "$top" -gt 0 ]; do
    ! alive "$1/epoch.$top/agent" || echo "agent $top"
    ! alive "$1/epoch.$top/worker" || echo "worker $top"
    [ ! -e "$1/epoch.$top/lost" ] || echo "lost $top"
    top=$((top - 1))
  done
  [ ! -e "$1/halt" ] || echo "halt asked"
  [ ! -d "$1/closing" ] || echo "closing begun"
  # An end that could not be appended on a full disk: see flush_end.
  for l_file in "$1"/output/*.out.*; do [ ! -e "$l_file" ] || echo "ended ${l_file##*/}"; done
  return 0
}

# end_agent EPOCH: has the agent of an epoch know that its runner is gone, and waits until it does.
end_agent() {
  alive "$1/agent" && kill -TERM "$pid" || return 0
  e_turn=0
  while [ ! -e "$1/lost" ] && [ "$e_turn" -lt 50 ]; do
    e_turn=$((e_turn + 1))
    sleep 0.1
  done
}

# take ID BUNDLE DURABLE RUN EPOCH BY [own]: takes the run over from the epoch that was seen; of two at once one wins.
take() {
  t_id=$1 t_bundle=$2 durable=$3 t_seen=$5
  begin_output "$t_id"
  run_of "$t_bundle"
  [ "$run" = "$4" ] || { end_output "$t_id" changed && return 0; }
  top_epoch "$t_bundle"
  [ "$top" = "$t_seen" ] || { end_output "$t_id" changed && return 0; }
  [ "$7" != own ] || end_agent "$t_bundle/epoch.$top"
  if alive "$t_bundle/epoch.$top/agent" && [ ! -e "$t_bundle/epoch.$top/lost" ]; then end_output "$t_id" attended && return 0; fi
  t_epoch=$((top + 1))
  mkdir "$t_bundle/epoch.$t_epoch" 2>"$tmp/said" || {
    if [ -d "$t_bundle/epoch.$t_epoch" ]; then t_answer=changed; else t_answer=unfit; fi
    cat "$tmp/said" >&9
    end_output "$t_id" "$t_answer"
    return 0
  }
  now
  if hold "$t_bundle" "$t_epoch" && mend_journal && learn && record "$now take $t_epoch $6"; then
    # Whoever began to close it and died will not come back.
    former agent || former worker || rmdir "$bundle/closing"
    # A halt was meant for the runner before, unless that is who comes back.
    [ "$7" = own ] || rm -f "$bundle/halt"
    end_output "$t_id" taken
  else
    end_output "$t_id" unfit
  fi
}

# follow ID NAME TRY OUT ERR: the output of a step of a former epoch, from those byte offsets, until its worker has ended.
follow() {
  f_id=$1 f_file=$bundle/output/$2.$3 f_out=$4 f_err=$5 f_last=''
  begin_output "$f_id"
  while :; do
    former worker || f_last=yes
    send_from "$f_file.out" "$f_out" && f_out=$sent
    send_from "$f_file.err" "$f_err" >&9 && f_err=$sent
    [ -z "$f_last" ] || break
    sleep 0.2
  done
  end_output "$f_id" followed
}

# former KIND: is an agent or a worker of a former epoch alive?
former() {
  top_epoch "$bundle"
  while [ "$top" -gt 1 ]; do
    top=$((top - 1))
    ! alive "$bundle/epoch.$top/$1" || return 0
  done
  return 1
}

# send_from FILE OFFSET: prints what FILE has beyond OFFSET; sets `sent` to where it ended.
send_from() {
  sent=$2
  [ -f "$1" ] || return 0
  size=$(wc -c <"$1")
  size=$((size))
  [ "$size" -le "$2" ] || tail -c +"$(($2 + 1))" "$1" | dd bs=65536 iflag=fullblock,count_bytes count="$((size - $2))"
  sent=$size
}

# archive RUN APP LINE: releases the bundle in two phases. Whoever makes `closing` inside it alone may move it away.
archive() {
  ! fenced || { echo "somebody else has taken it over" >&2 && return 1; }
  mkdir "$bundle/closing" || { echo "somebody else is closing it" >&2 && return 1; }
  record "$3" || { rmdir "$bundle/closing"; return 1; }
  a_moved=$bundle.closed.$1
  mv -- "$bundle" "$a_moved" || { rmdir "$bundle/closing"; return 1; }
  bundle='' epoch='' journal=$a_moved/journal
  # The release itself: the journal may end up on another disk, whose sync brings this name nowhere.
  parent_of "$a_moved"
  lasting "$parent"
  a_begun=$a_moved/payload/.parts a_kept=${a_moved%".$1"}.parts a_history=.conc/history/$2
  # In a shell of its own: whatever becomes of the parts, the bundle is released.
  [ ! -e "$a_begun" ] && [ ! -e "$a_kept" ] || (keep_parts "$a_begun" "$a_kept") 2>/dev/null
  thin_out "$a_moved" 19 "$a_history"/*
  [ -d "$a_history" ] || mkdir -p -- "$a_history" || return 0
  move_journal "$a_moved" "$a_history/$1" 7<"$journal"
}

# move_journal FROM TO: on another disk it is a copy, and no longer syncs itself. fd 7 is the journal.
move_journal() {
  mv -- "$1" "$2" || return 0
  journal=$2/journal
  # shellcheck disable=SC3013 # POSIX has it since 2024; where it is lacking the journal is synced once more
  [ /dev/fd/7 -ef "$journal" ] || self_syncing=''
}

# thin_out FOLDER MOST RUN…: of a bundle that is closed goes what is not history, and of more than so many past runs the
# oldest. Not one whose own agent is there: it may be writing the end.
thin_out() {
  x_folder=$1 x_more=$(($# - 2 - $2))
  shift 2
  for x_run; do
    shift
    [ "$x_more" -gt 0 ] || continue
    x_more=$((x_more - 1))
    top_epoch "$x_run"
    alive "$x_run/epoch.$top/agent" || alive "$x_run/epoch.$top/worker" || set -- "$@" "$x_run"
  done
  take_away "$x_folder/payload" "$x_folder/scripts" "$@"
}

# take_away PATH…: also what was delivered into folders without the right to write.
take_away() { rm -rf -- "$@" 2>/dev/null || { chmod -R u+rwX -- "$@" 2>/dev/null; rm -rf -- "$@"; }; }

# leave ID RECORD: the runner stops on purpose; the bundle stays.
leave() {
  begin_output "$1"
  now
  if fenced; then l_answer=fenced
  elif record "$now $2"; then l_answer=left
  else l_answer=unfit
  fi
  [ "$l_answer" = fenced ] || { rm -f "$bundle/halt"; write_remaining; }
  end_output "$1" "$l_answer"
}

# note ID LINE…: records, for what happens on the workstation. `begin` may be refused, as a step's is.
note() {
  n_id=$1
  shift
  begin_output "$n_id"
  n_answer=noted
  holding || n_answer=fenced
  recall
  case $1 in
    begin*)
      n_step=${1#begin * * }
      if ! may_start; then n_answer=$refused; elif early "${n_step%% *}"; then n_answer=early; fi
      ;;
  esac
  if [ "$n_answer" = noted ]; then
    now
    for n_line in "$@"; do
      if record "$now $n_line"; then settles "$n_line"; else n_answer=unfit; fi
    done
    keep_settled
    case $1 in begin*) if fenced; then record "$now void ${1#begin }"; n_answer=fenced; fi ;; esac
  fi
  end_output "$n_id" "$n_answer"
}

# Has somebody taken the run over? Whoever does makes the next epoch first and reads the journal then, and we write
# `begin` first and look here then: one of the two sees the other.
fenced() { [ -d "$next_epoch" ] || ! holding; }

# Is the epoch still ours? Under the same name may lie a newer run's bundle.
holding() {
  held=''
  [ -n "$epoch" ] && { read -r held _ <"$epoch/agent"; } 2>/dev/null
  [ "$held" = "$$" ]
}

# give_up ID RUN APP LINE: archives the bundle that this agent has taken.
give_up() {
  begin_output "$1"
  now
  archive "$2" "$3" "$now $4" 2>&9
  end_output "$1" "$?"
}

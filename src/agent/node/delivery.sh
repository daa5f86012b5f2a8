# survey FOLDER FILES OTHERS [AGAINST]: what is there already: what lies under the listed names, room, begun parts, the
# sums of the listed files, those of another tree with its modes and times.
survey() {
  for v_tool in tar xargs sha256sum find touch; do
    command -v "$v_tool" >/dev/null || { echo "it lacks the program $v_tool" >&2 && return 1; }
  done
  mkdir -p -- "$1" || return 1
  [ -w "$1" ] || { echo "$1 may not be written to" >&2 && return 1; }
  (cd -- "$1" && cat "$2" "$3" | xargs -0 sh -c "$kinds" sh)
  df -Pk -- "$1" | tail -n 1
  for v_have in "$1"/.parts/*.have; do
    [ ! -f "$v_have" ] || { echo "part ${v_have##*/}" && cat "$v_have"; }
  done
  echo sums
  (cd -- "$1" && xargs -0 sha256sum <"$2") 2>/dev/null
  # Before the first release there is no other tree yet.
  [ -n "$4" ] && [ -d "$4" ] || return 0
  # A newline in a name ends the line of another.
  v_odd=$(printf '*\n*')
  echo against
  (cd -- "$4" && find . -type f ! -path "$v_odd" -exec sha256sum {} +) 2>/dev/null
  echo facts
  (cd -- "$4" && find . -type f ! -path "$v_odd" -exec stat -c '%a %Y %n' {} +) 2>/dev/null
  return 0
}

# What lies under each of these names, for a shell that xargs starts.
# shellcheck disable=SC2016
kinds='for p; do if [ -h "$p" ]; then k=link; elif [ -d "$p" ]; then k=folder; elif [ -e "$p" ]; then k=file; else continue; fi; printf "%s %s\0" "$k" "$p"; done'

# put_at ID PART OFFSET SIZE: the next SIZE bytes of stdin go into PART there. What has come stands in PART.have: not a
# piece in whose middle the connection ended.
put_at() {
  begin_output "$1"
  printf '%s\n' "$2" >"$tmp/arriving"
  p_code=1 p_blocks=$(($4 / 65536)) p_rest=$(($4 % 65536)) p_conv=notrunc
  # A large piece goes to the disk while the next one comes.
  [ "$durable" = no ] || [ "$4" -lt 1000000 ] || p_conv=notrunc,fsync
  if write_at "$2" "$3" 65536 "$p_blocks"; then
    write_at "$2" "$(($3 + 65536 * p_blocks))" "$p_rest" 1 && printf '%s %s\n' "$3" "$4" 2>&9 >>"$2.have" && p_code=0
  else
    take_pieces "$p_rest" 1 >/dev/null
  fi
  make "$tmp/arriving"
  end_output "$1" "$p_code"
}

# write_at FILE OFFSET SIZE COUNT: writes as many records of stdin; what can't be written is taken off the line all the
# same. dd tells what it took by `N+M records in`, as POSIX has it, and ends with 0 where there was less.
write_at() {
  [ "$3" = 0 ] || [ "$4" = 0 ] && return
  w_said=$(dd of="$1" bs="$3" count="$4" seek="$2" oflag=seek_bytes conv="$p_conv" iflag=fullblock 2>&1)
  w_code=$? w_taken=0+0
  case $w_said in *' records in'*) w_taken=${w_said%' records in'*} w_taken=${w_taken##*[!0-9+]} ;; esac
  [ "$w_code $w_taken" = "0 $4+0" ] && return
  printf '%s\n' "$w_said" >&9
  [ "$w_code" -gt 128 ] || take_pieces "$3" "$(($4 - ${w_taken%+*}))" >/dev/null
  return 1
}

# stage STAGING: a fresh folder, where a delivery is put together before it is seen.
stage() { take_away "$1" && mkdir -p -- "$1"; }

# stage_copies STAGING AGAINST NAME…: files that lie on the node already. busybox tar may know no -T.
stage_copies() {
  c_to=$1 c_from=$2
  shift 2
  mkdir -p -- "$c_to" || return 1
  if tar -cf /dev/null -T /dev/null 2>/dev/null; then
    rm -f "$tmp/lacking"
    printf '%s\n' "$@" | { tar -C "$c_from" -cf - -T - || make "$tmp/lacking"; } | tar -C "$c_to" -xpf - &&
      [ ! -e "$tmp/lacking" ]
    return
  fi
  for c_path; do mkdir -p -- "$c_to/${c_path%/*}" && cp -p -- "$c_from/$c_path" "$c_to/$c_path" || return 1; done
}

# stage_archive STAGING PART SIZE SHA256: small files come as one archive. busybox tar takes the umask off their modes.
stage_archive() { whole "$2" "$3" "$4" && (umask 0 && tar -C "$1" -xpf "$2") && rm -f -- "$2" "$2.have"; }

# set_times FOLDER SCRIPT: files have the times that the script gives them, or those that they came with; folders that of now.
set_times() { cd -- "$1" && find . -type d -exec touch {} + && eval "$2"; }

# commit_dated SECONDS PART FILE SIZE SHA256 MODE: commits a file as one that was changed then.
commit_dated() { touch -d "@$1" -- "$2" && shift && commit "$@"; }

# settle FOLDER NAME…: these folders of a delivery are as old as it is, whatever of them was there before.
settle() {
  cd -- "$1" || return 1
  shift
  rmdir .parts 2>/dev/null
  [ "$#" = 0 ] || touch -- "$@"
}

# set_mode FOLDER MODE NAME…
set_mode() {
  cd -- "$1" || return 1
  m_mode=$2
  shift 2
  printf '%s\0' "$@" | xargs -0 chmod "$m_mode"
}

# make_way FOLDER NAME…: what is to be replaced by something of another kind goes.
make_way() {
  cd -- "$1" || return 1
  shift
  printf '%s\0' "$@" | xargs -0 rm -rf -- 2>/dev/null && return
  # A folder that its owner may not write to keeps what is in it. One by one: there may be more names than a program takes.
  for m_path in "$@"; do take_away "$m_path" || return; done
}

# show_staged STAGING FOLDER: all of it gets its names, each file whole in one instant, as a link is.
show_staged() {
  if [ "$durable" != no ]; then sync -f "$1" 2>/dev/null || sync; fi
  name_staged "$1" "$2" && take_away "$1" && to_disk "$2"
}

# A folder that is new is renamed whole. Where something of its name is there, its files are linked one by one, and where
# it may not be written to: such a one can't be moved.
name_staged() {
  n_from=$1 n_to=$2
  set -- "$1"/*
  if [ "$#" -le 20 ]; then
    for n_path in "$@"; do
      n_name=$n_to/${n_path##*/}
      [ -e "$n_name" ] || [ -h "$n_name" ] || [ "$n_path" = "$n_from/*" ] ||
        mv -- "$n_path" "$n_name" 2>/dev/null || break
    done
  fi
  cp -alf "$n_from/." "$n_to/"
}

# keep_parts PARTS KEPT: what came of a delivery that was cut off waits for the next run: the newest four parts of the
# last week, where they take no more than a quarter of the room that is free.
keep_parts() {
  take_away "$2"
  [ -d "$1" ] && [ ! -L "$1" ] || return 0
  find "$1" -type f -mtime +6 -exec rm -f {} +
  # shellcheck disable=SC2012 # their names are sums
  ls -t "$1"/*.have | tail -n +5 | while IFS= read -r k_have; do rm -f "$k_have" "${k_have%.have}"; done
  for k_part in "$1"/*; do
    case $k_part in *.have) [ -f "${k_part%.have}" ] ;; *) [ -f "$k_part.have" ] ;; esac || rm -f "$k_part"
  done
  rmdir "$1" || scant "$1" || mv "$1" "$2"
}

# scant FOLDER: does it take more than a quarter of the room that is free beside it, or is that not known?
scant() {
  s_used=$(du -sk "$1") s_used=${s_used%%[!0-9]*}
  # shellcheck disable=SC2046 # the fields are to be split
  set -- $(df -Pk "$1" | tail -n 1)
  case ${s_used:-x}${4:-x} in *[!0-9]*) return 0 ;; esac
  [ "$s_used" -gt "$(($4 / 4))" ]
}

# take_up_parts KEPT PARTS: they are compared with what is sent before anything of them is seen.
take_up_parts() { [ ! -d "$1" ] || [ -L "$1" ] || [ ! -O "$1" ] || mv "$1" "$2"; }

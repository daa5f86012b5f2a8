# survey PAYLOAD LIST [AGAINST]: what is there already: room, begun parts, the sums of the listed files, those of another tree.
survey() {
  mkdir -p -- "$1" || return 1
  df -Pk -- "$1" | tail -n 1
  for v_have in "$1"/.parts/*.have; do
    [ ! -f "$v_have" ] || { echo "part ${v_have##*/}" && cat "$v_have"; }
  done
  echo sums
  (cd -- "$1" && xargs -0 sha256sum <"$2") 2>/dev/null
  # Before the first release there is no other tree yet.
  [ -n "$3" ] && [ -d "$3" ] || return 0
  echo against
  (cd -- "$3" && find . -type f -exec sha256sum {} +) 2>/dev/null
  return 0
}

# put_at ID PART OFFSET SIZE: the next SIZE bytes of stdin go into PART there. What has come stands in PART.have.
put_at() {
  begin_output "$1"
  printf '%s\n' "$2" >"$tmp/arriving"
  p_code=1
  if take_bytes "$4" | { write_at "$2" "$3" "$4" || drain; }; then
    printf '%s %s\n' "$3" "$4" 2>&9 >>"$2.have" && p_code=0
  fi
  rm -f "$tmp/arriving"
  end_output "$1" "$p_code"
}

# A large piece goes to the disk while the next one comes.
write_at() {
  w_conv=notrunc
  [ "$durable" = no ] || [ "$3" -lt 1000000 ] || w_conv=notrunc,fsync
  dd of="$1" bs=65536 seek="$2" oflag=seek_bytes conv="$w_conv" iflag=fullblock 2>"$tmp/said" && return
  cat "$tmp/said" >&9
  return 1
}

# stage STAGING: a fresh folder, where a delivery is put together before it is seen.
stage() { rm -rf -- "$1" && mkdir -p -- "$1"; }

# stage_copies STAGING AGAINST LIST: files that lie on the node already. busybox tar may know no -T.
stage_copies() {
  mkdir -p -- "$1" || return 1
  if tar -cf /dev/null -T /dev/null 2>/dev/null; then
    tar -C "$2" -cf - -T "$3" | tar -C "$1" -xpf -
    return
  fi
  while IFS= read -r c_path; do
    mkdir -p -- "$1/${c_path%/*}" && cp -p -- "$2/$c_path" "$1/$c_path" || return 1
  done <"$3"
}

# stage_archive STAGING PART SIZE SHA256: small files come as one archive.
stage_archive() { whole "$2" "$3" "$4" && tar -C "$1" -xpf "$2" && rm -f -- "$2" "$2.have"; }

# set_mode FOLDER MODE LIST
set_mode() { cd -- "$1" && xargs -0 chmod "$2" <"$3"; }

# show_staged STAGING FOLDER: all of it gets its names, each file whole in one instant, as a link is.
show_staged() {
  if [ "$durable" != no ]; then sync -f "$1" 2>/dev/null || sync; fi
  name_staged "$1" "$2" && rm -rf -- "$1" && to_disk "$2"
}

# A folder that is new is renamed whole. Where something of its name is there, its files are linked one by one.
name_staged() {
  n_from=$1 n_to=$2
  set -- "$1"/*
  if [ "$#" -le 20 ]; then
    for n_path in "$@"; do
      n_name=$n_to/${n_path##*/}
      [ -e "$n_name" ] || [ -h "$n_name" ] || [ "$n_path" = "$n_from/*" ] || mv -- "$n_path" "$n_name" || return 1
    done
  fi
  cp -alf "$n_from/." "$n_to/"
}

# Writes `remaining` in the bundle: who holds it, what is done, and the commands that remain, for a person without conc.
write_remaining() {
  holding || return 0
  recall
  {
    cat "$bundle/holder"
    printf '\nDone:%s\n\n' "$settled"
    r_shown=yes
    while IFS= read -r r_line; do
      case $r_line in
        '# '[0-9]*'. '*' (local)' | '# '[0-9]*'. '*' (remote)')
          r_name=${r_line#*. } r_name=${r_name%% *} r_shown=yes
          case $settled in *" $r_name "*) r_shown='' ;; esac
          ;;
        '# The lock is this folder'*) r_shown=yes ;;
      esac
      [ -z "$r_shown" ] || printf '%s\n' "$r_line"
    done <"$bundle/commands.txt"
  } >"$bundle/remaining.new" && mv "$bundle/remaining.new" "$bundle/remaining"
}

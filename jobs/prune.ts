import { posix } from 'node:path'
import { defineOp } from 'conc-deploy'

/** A name may hold anything, so nothing reads a list of names; what is removed is out of sight first, at once and whole. */
const script = `refuse() { printf '%s\\n' "$*" >&2; exit 1; }
cd -P .
start=$PWD/ target=
if [ -n "$current" ]; then
  [ -e "$current" ] || refuse "$current leads nowhere"
  target=$(readlink -f "$current"; echo .) target=\${target%??}
fi
[ ! -L "$dir" ] || refuse "$dir is a symbolic link: name the folder"
cd -P "$dir"
case $start in "\${PWD%/}"/*) refuse "$dir holds the place where this step starts" ;; esac
is_folder() { [ -d "$1" ] && [ ! -L "$1" ]; }
leads() { case $1/ in "$PWD/$2"/*) ;; *) return 1 ;; esac; }
linked() {
  ! leads "$target" "$1" || return 0
  for link in ./* ./.* ../* ../.*; do
    [ -L "$link" ] || continue
    to=$(readlink -f "$link"; echo .)
    ! leads "\${to%??}" "$1" || return 0
  done
  return 1
}
mounted() {
  path=$(printf '%s/' "$PWD/$1" | tr ' \\t\\n\\\\' '????')
  sed 's/\\\\[0-7][0-7][0-7]/?/g' /proc/self/mountinfo | cut -d ' ' -f 5 | sed 's,$,/,' | grep -qF -e "$path"
}
for each in ./.*.pruned; do ! is_folder "$each" || rm -rf "$each"; done
removed=no
for each in ./*; do
  is_folder "$each" || continue
  name=\${each#./} newer=0
  for other in ./*; do
    if [ "$other" -nt "$each" ] && is_folder "$other"; then newer=$((newer + 1)); fi
  done
  [ "$newer" -ge "$keep" ] || continue
  if linked "$name"; then printf 'kept %s: a link leads there\\n' "$name" && continue; fi
  if mounted "$name"; then printf 'kept %s: something is mounted there\\n' "$name" && continue; fi
  mv "$each" "./.$name.pruned"
  rm -rf "./.$name.pruned"
  printf 'removed %s\\n' "$name"
  removed=yes
done
[ "$removed" = yes ] || echo 'nothing to remove'`

export default defineOp({
  summary: 'Removes the oldest folders in a folder, never one that a link beside it leads to.',
  tools: ['readlink'],
  parameters: [{ name: 'DIR', summary: 'the folder that holds them, such as releases', required: true }],
  flags: {
    keep: { value: 'N', type: 'count', summary: 'how many of the newest stay; required' },
    current: { value: 'LINK', summary: 'a link elsewhere that leads to one that stays too' },
  },
  check: ({ positionals: [dir = ''], flags: { keep, current } }) => {
    const path = dir === '' ? '' : posix.normalize(dir).replace(/(?<=.)\/$/, '')
    if (['', '/', '.'].includes(path) || /(^|\/)\.\.$/.test(path))
      return 'DIR is the name of a folder, such as releases.'
    if (keep === undefined) return '--keep is missing. Say how many stay: --keep 5.'
    return current === '' ? '--current is empty. Name a link.' : undefined
  },
  command: ({ positionals: [dir = ''], flags: { keep = '', current = '' } }) => ({
    script,
    // A path from here: neither an option nor a matter of CDPATH.
    variables: { dir: fromHere(dir.replace(/\/+$/, '')), keep, current: current === '' ? '' : fromHere(current) },
  }),
})

function fromHere(path: string): string {
  return path.startsWith('/') ? path : `./${path}`
}

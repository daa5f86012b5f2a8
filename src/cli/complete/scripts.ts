/**
 * What each shell runs to complete a command line. None of them evaluates what is typed: it is handed to conc as words, and
 * the answer is read line by line.
 */
export const scripts: Readonly<Record<string, string>> = {
  bash: `# Completion of conc for bash: source <(conc completion bash)
_conc() {
  local value summary
  COMPREPLY=()
  while IFS=$'\\t' read -r value summary; do
    case $value in
      :files) compopt -o default ;;
      :open) compopt -o nospace ;;
      *) COMPREPLY+=("$value") ;;
    esac
  done < <(command conc complete bash "$COMP_WORDBREAKS" "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
}
complete -F _conc conc
`,
  zsh: `#compdef conc
# Completion of conc for zsh: source <(conc completion zsh) after compinit, or a file _conc in a folder of $fpath.
_conc() {
  local line value files
  local -a found more
  while IFS= read -r line; do
    case $line in
      :files) files=1 ;;
      :open) more=(-S '') ;;
      *) value=\${line%%$'\\t'*}
         found+=("\${value//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done < <(command conc complete zsh "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)
  if [[ -n $files ]]; then
    compset -P '--*='
    _files
  elif (( $#found )); then
    _describe -V conc found "\${more[@]}"
  fi
}
if [[ \${funcstack[1]} == _conc ]]; then _conc "$@"; else compdef _conc conc; fi
`,
  fish: `# Completion of conc for fish: conc completion fish | source
function __conc_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l typed (commandline -ct)
    for line in (command conc complete fish $words "$typed" 2>/dev/null)
        switch $line
            case ':open'
            case ':files'
                set -l lead (string match -r -- '^--[^=]*=' $typed)
                for file in (__fish_complete_path (string replace -r -- '^--[^=]*=' '' $typed))
                    echo "$lead$file"
                end
            case '*'
                echo $line
        end
    end
end
complete -c conc -e
complete -c conc -f -a '(__conc_complete)'
`,
}

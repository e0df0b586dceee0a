import { type CompletedCommand, otherFirstWords } from './words.ts';

/** The completion script for bash 3.2 and newer. It calls nothing but builtins. */
export function formatBashCompletions(
  program: string,
  commands: readonly CompletedCommand[],
): string {
  const names = commands.map(({ name }) => name);
  const first = [...names, ...otherFirstWords.map(({ name }) => name)].join(' ');
  const self = toFunctionName(program);
  return `# Completion of ${program} for bash. In ~/.bashrc: source the output of this command.
${self}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local words='' values='' paths='' others='' line
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${first}'
  else
    case "\${COMP_WORDS[1]}" in
      help) [ "$COMP_CWORD" -eq 2 ] && words='${names.join(' ')}' ;;
${commands.map(formatCase).join('\n')}
    esac
    case "$values" in
      *" $previous "*)
        case "$paths" in
          *" $previous "*) words='' others='paths' ;;
          *) return 0 ;;
        esac ;;
    esac
  fi
  while IFS= read -r line; do
    COMPREPLY+=("$line")
  done < <(
    [ -n "$words" ] && compgen -W "$words" -- "$word"
    [ -n "$others" ] && [ "\${word#-}" = "$word" ] && compgen -f -- "$word"
  )
  [ -n "$others" ] && compopt -o filenames 2>/dev/null
  return 0
}
complete -F ${self} ${program}
`;
}

/** The name of the shell function, which must not contain every character of a program name. */
export function toFunctionName(program: string): string {
  return `_${program.replaceAll(/[^A-Za-z0-9_]/g, '_')}`;
}

function formatCase({ name, options, takesPaths }: CompletedCommand): string {
  const toList = (words: readonly string[]) =>
    words.length === 0 ? `''` : `' ${words.join(' ')} '`;
  const words = options.map(({ word }) => word);
  const values = options.filter(({ value }) => value !== undefined).map(({ word }) => word);
  const paths = options.filter((option) => option.isPath).map(({ word }) => word);
  const others = takesPaths ? ` others='paths'` : '';
  return `      ${name}) words=${toList(words)} values=${toList(values)} paths=${toList(paths)}${others} ;;`;
}

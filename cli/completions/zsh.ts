import { toFunctionName } from './bash.ts';
import { type CompletedCommand, type CompletedOption, otherFirstWords } from './words.ts';

/** The completion script for zsh, for a folder of `fpath` or to be sourced after `compinit`. */
export function formatZshCompletions(
  program: string,
  commands: readonly CompletedCommand[],
): string {
  const self = toFunctionName(program);
  const toItem = ({ name, about }: { readonly name: string; readonly about: string }) =>
    `    '${quote(`${name}:${about}`)}'`;
  return `#compdef ${program}
# Completion of ${program} for zsh. In ~/.zshrc, after compinit: source the output of this command.
${self}() {
  local -a commands
  commands=(
${[...commands, ...otherFirstWords].map(toItem).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case "$words[1]" in
    help) _describe 'command' commands ;;
${commands.map(formatCase).join('\n')}
  esac
}
if [ "$funcstack[1]" = '${self}' ]; then
  ${self} "$@"
else
  compdef ${self} ${program}
fi
`;
}

function formatCase({ name, options, takesPaths }: CompletedCommand): string {
  const others = takesPaths ? ` '*: :_files'` : '';
  const specs = options.map((option) => ` '${quote(toSpec(option))}'`).join('');
  return `    ${name}) _arguments${specs}${others} ;;`;
}

/** A specification of `_arguments`, such as `*--jil[JIL file to load]:FILE:_files`. */
function toSpec({ word, about, value, isPath, isRepeatable }: CompletedOption): string {
  const text = about.replaceAll(/[\\[\]]/g, '\\$&');
  const argument = value === undefined ? '' : `:${value.replaceAll(/[\\:]/g, '\\$&')}:`;
  return `${isRepeatable ? '*' : ''}${word}[${text}]${argument}${isPath ? '_files' : ''}`;
}

/** Inside single quotes. */
function quote(text: string): string {
  return text.replaceAll("'", "'\\''");
}

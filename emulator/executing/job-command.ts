import type { Job } from '../../autosys/job.ts';

/** What a CMD job executes: its attributes, with the global variables already substituted. */
export interface JobCommand {
  /** Empty if the job has none. */
  readonly command: string;
  readonly shell?: string;
  readonly profile?: string;
  readonly stdIn?: string;
  /** With its prefix `>` or `>>`, if any. */
  readonly stdOut?: string;
  readonly stdErr?: string;
  /** Attributes that a real agent uses and this one ignores. */
  readonly ignored: readonly string[];
}

const ignoredAttributes: readonly string[] = ['chk_files', 'envvars', 'ulimit'];

/**
 * Reads the command of a job from its attributes.
 *
 * @param substituteGlobals replaces `$$NAME`, in the command and in the std files (documented)
 */
export function toJobCommand(
  { command = '', attributes }: Job,
  substituteGlobals: (text: string) => string,
): JobCommand {
  const find = (wanted: string) =>
    attributes.findLast(([name, value]) => name === wanted && value.trim() !== '')?.[1].trim();
  const file = (name: string) => {
    const text = find(name);
    return text === undefined ? undefined : substituteGlobals(text);
  };
  const [shell, profile] = [find('shell'), find('profile')];
  const [stdIn, stdOut] = [file('std_in_file'), file('std_out_file')];
  const stdErr = file('std_err_file');
  return {
    command: substituteGlobals(command),
    ...(shell !== undefined && { shell }),
    ...(profile !== undefined && { profile }),
    ...(stdIn !== undefined && { stdIn }),
    ...(stdOut !== undefined && { stdOut }),
    ...(stdErr !== undefined && { stdErr }),
    ignored: ignoredAttributes.filter((name) => find(name) !== undefined),
  };
}

import { FileError } from '../exit-code.ts';

/** The error of JIL that the embedded AutoSys rejected at its start; `undefined` for any other. */
export function toJilFileError(error: unknown): FileError | undefined {
  const refusal = /^(?<file>[^\n]*): the JIL was not executed\n(?<detail>[\s\S]*)$/;
  const { file, detail } = refusal.exec(error instanceof Error ? error.message : '')?.groups ?? {};
  if (file === undefined || detail === undefined) return undefined;
  return new FileError({ file, reason: `the JIL was not executed\n${detail}` });
}

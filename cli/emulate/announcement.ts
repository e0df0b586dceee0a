import type { Emulator } from '../../emulator/index.ts';
import { programName } from '../usage.ts';

/** What whoever wants to talk to the embedded AutoSys needs. */
export interface EmulatorAccess {
  /** Such as `https://127.0.0.1:9443/AEWS`. */
  readonly url: string;
  readonly user: string;
  /** Only where it was made for this run. */
  readonly password?: string;
  readonly caFile: string;
}

/** How a shell gets at the password: as it is, or out of the file it was given in. */
export interface PasswordSource {
  readonly password: string;
  readonly file?: string | undefined;
}

/** Says where it listens, and gives lines to copy. */
export function printAccess(
  { instance }: Pick<Emulator, 'instance'>,
  access: EmulatorAccess,
  { password, file }: PasswordSource,
): readonly string[] {
  const { url, user, caFile } = access;
  const [job] = instance.jobs().filter(({ job: { type } }) => type !== 'BOX');
  const secret = file === undefined ? quote(password) : `"$(cat ${quote(file)})"`;
  const curl = `curl --cacert ${quote(caFile)} --user ${quote(user)}:${secret}`;
  const body = quote(JSON.stringify({ jobName: job?.job.name ?? 'JOB', comment: 'by hand' }));
  const count = instance.jobs().length;
  return [
    `the embedded AutoSys ${instance.name} listens on ${url}`,
    `  user      ${user}`,
    `  password  ${file === undefined ? `${password}  (made for this run)` : `in ${file}`}`,
    `  CA        ${caFile}`,
    `  jobs      ${count === 0 ? 'none, load some with jil' : count}`,
    '',
    'with curl:',
    `  ${curl} ${url}/job`,
    `  ${curl} -H 'Content-Type: application/json' -d ${body} ${url}/event/force-start-job`,
    `with ${programName}:`,
    `  export AUTOSYS_URL=${quote(url)} AUTOSYS_USER=${quote(user)} AUTOSYS_PASSWORD=${secret} AUTOSYS_CA=${quote(caFile)}`,
    `  ${programName} autorep -J %`,
    `  ${programName} sendevent -E SET_GLOBAL -G "HELLO=1" --confirm`,
    '',
  ];
}

/** For a POSIX shell: bare where nothing in it means anything there. */
function quote(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

import type { Emulator } from '../../emulator/index.ts';
import { commandPrefix } from '../command-prefix.ts';

/** Address and login of the embedded AutoSys, for clients. */
export interface EmulatorAccess {
  /** Such as `https://127.0.0.1:9443/AEWS`. */
  readonly url: string;
  readonly user: string;
  /** Only present if it was generated for this run. */
  readonly password?: string;
  readonly caFile: string;
  /** The machines whose commands are executed on this host. Only present with --execute. */
  readonly executes?: readonly string[];
}

/** The password for printed shell commands: as text, or read from its file. */
export interface PasswordSource {
  readonly password: string;
  readonly file?: string | undefined;
}

/** Lines with the address, the login, and commands to copy. */
export function printAccess(
  { instance }: Pick<Emulator, 'instance'>,
  access: EmulatorAccess,
  { password, file }: PasswordSource,
): readonly string[] {
  const { url, user, caFile, executes } = access;
  const [job] = instance.jobs().filter(({ job: { type } }) => type !== 'BOX');
  const secret = file === undefined ? quote(password) : `"$(cat ${quote(file)})"`;
  const curl = `curl --cacert ${quote(caFile)} --user ${quote(user)}:${secret}`;
  const body = quote(JSON.stringify({ jobName: job?.job.name ?? 'JOB', comment: 'by hand' }));
  const count = instance.jobs().length;
  return [
    `the embedded AutoSys ${instance.name} listens on ${url}`,
    `  user      ${user}`,
    `  password  ${file === undefined ? `${password}  (generated for this run)` : `in ${file}`}`,
    `  CA        ${caFile}`,
    `  jobs      ${count === 0 ? `none; load some with ${commandPrefix} jil FILE` : count}`,
    ...(executes ? [`  executes  CMD jobs on ${executes.join(', ')}, as this user`] : []),
    '',
    'with curl:',
    `  ${curl} ${url}/job`,
    `  ${curl} -H 'Content-Type: application/json' -d ${body} ${url}/event/force-start-job`,
    'with the bridge commands:',
    `  export AUTOSYS_URL=${quote(url)} AUTOSYS_USER=${quote(user)} AUTOSYS_PASSWORD=${secret} AUTOSYS_CA=${quote(caFile)}`,
    `  ${commandPrefix} autorep -J %`,
    `  ${commandPrefix} sendevent -E SET_GLOBAL -G "HELLO=1" --confirm`,
    '',
  ];
}

/** Quotes a text for a POSIX shell if it contains special characters. */
function quote(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

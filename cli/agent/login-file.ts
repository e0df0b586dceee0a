import { nothingStarted } from '../../lambda/launch/api.ts';
import { AgentError, describeFileError } from './agent-error.ts';
import type { AgentIo, LoginFileContent } from './agent-io.ts';

/** The login of the launch API. */
export interface AgentLogin {
  /** Value of the `Authorization` header that was read last. */
  readonly header: () => string;
  /**
   * Reads the file again after a 401.
   *
   * @returns true if it has another login than the rejected one
   */
  readonly reload: (rejectedHeader: string) => boolean;
  readonly path: string;
}

type LoginFileDeps = Pick<AgentIo, 'readLoginFile' | 'userId'>;

/**
 * Reads the login file: JSON `{"username", "password"}` or `{"token"}`, or lines `username=…` and
 * `password=…`, or one line `token=…`.
 *
 * @throws {AgentError} without any part of the content, if the file is missing, readable by others,
 * owned by another user, or has another content
 */
export function openLogin(deps: LoginFileDeps, path: string): AgentLogin {
  let header = readHeader(deps, path);
  const rejected = new Set<string>();
  return {
    path,
    header: () => header,
    reload(rejectedHeader) {
      rejected.add(rejectedHeader);
      header = readHeader(deps, path);
      return !rejected.has(header);
    },
  };
}

function readHeader(deps: LoginFileDeps, path: string): string {
  const content = readContent(deps, path);
  const fault = findAccessFault(content, deps.userId) ?? undefined;
  if (fault !== undefined) throw refuse(path, fault);
  const header = toHeader(content.text.replace(/^\uFEFF/, ''));
  if (header !== undefined) return header;
  throw refuse(
    path,
    'expected {"username": …, "password": …} or {"token": …} as JSON, or the lines username=… and password=…, found other content; it is not printed',
  );
}

function readContent({ readLoginFile }: LoginFileDeps, path: string): LoginFileContent {
  try {
    return readLoginFile(path);
  } catch (error) {
    throw refuse(path, `cannot be read: ${describeFileError(error)}`);
  }
}

function refuse(path: string, reason: string): AgentError {
  return new AgentError(nothingStarted.notAllowed, [`error: login file ${path}: ${reason}`]);
}

function findAccessFault(
  { mode, owner }: LoginFileContent,
  userId: number | undefined,
): string | undefined {
  if (mode === undefined || userId === undefined) return undefined;
  const permissions = mode & 0o777;
  if ((permissions & 0o077) !== 0) {
    const shown = permissions.toString(8).padStart(4, '0');
    return `its group or other users may access it (mode ${shown}), allowed: 0600 or 0400; run chmod 600`;
  }
  if (owner === userId || owner === 0) return undefined;
  return `it belongs to user ${owner}, allowed: user ${userId}, who runs this command, or root; run chown`;
}

function toHeader(text: string): string | undefined {
  const fields = text.trimStart().startsWith('{') ? readJsonFields(text) : readLines(text);
  const { token, username, password } = fields;
  if (token !== undefined) {
    // The characters of RFC 6750.
    const isAlone = username === undefined && password === undefined;
    return isAlone && /^[\w.~+/-]+=*$/.test(token) ? `Bearer ${token}` : undefined;
  }
  if (!username || !password || /[:\p{Cc}]/u.test(username) || /\p{Cc}/u.test(password)) {
    return undefined;
  }
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

type Fields = Partial<Record<'username' | 'password' | 'token', string>>;

function readJsonFields(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    const entries = Object.entries(value ?? {}).filter(([, field]) => typeof field === 'string');
    return Object.fromEntries(entries);
  } catch {
    return {};
  }
}

/** An empty line and a line that begins with `#` are ignored. A value may contain `=`. */
function readLines(text: string): Fields {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const pairs = lines.map((line) => /^\s*(username|password|token)=(.*)$/.exec(line));
  const names = new Set(pairs.map((pair) => pair?.[1]));
  if (pairs.includes(null) || names.size !== lines.length) return {};
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}

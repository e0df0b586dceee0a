import { inspect } from 'node:util';
import { LedgerError } from '../../../lambda/errors.ts';
import type { Log, LogFields } from '../../../lambda/telemetry/report-telemetry.ts';
import type { World } from '../world.ts';

/** Part of every password of a night, and of the environment of its Batch jobs. */
export const secretMark = 'hunter2';

/** Hears all that the bridge says, in logs and in errors: no secret, and nothing that nobody foresaw. */
export class Speech implements Log {
  readonly violations: string[] = [];
  /** How often a message came back because the ledger failed. */
  readonly ledgerFailuresByMessage = new Map<string, number>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  info(message: string, fields: LogFields): void {
    this.#hear(message, fields);
  }

  warn(message: string, fields: LogFields): void {
    this.#hear(message, fields);
  }

  error(message: string, fields: LogFields): void {
    this.#hear(message, fields);
    if (message !== 'message failed, will retry') return;
    const { messageId, code } = fields;
    if (code !== 'BRIDGE_LEDGER') {
      this.violations.push(`message ${messageId} comes again for ${code} ${fields['reason']}`);
      return;
    }
    const key = String(messageId);
    this.ledgerFailuresByMessage.set(key, (this.ledgerFailuresByMessage.get(key) ?? 0) + 1);
  }

  /** An invocation has failed as a whole. */
  onFailure(error: unknown): void {
    this.#world.note(() => `an invocation fails: ${String(error)}`);
    const text = inspect(error);
    if (isSecret(text)) this.violations.push(`a secret in an error: ${text}`);
    if (!(error instanceof LedgerError)) this.violations.push(`an invocation fails with ${text}`);
  }

  #hear(message: string, fields: LogFields): void {
    this.#world.note(() => `log: ${message}${describeFields(fields)}`);
    for (const value of Object.values(fields)) {
      if (typeof value === 'string' && isSecret(value)) {
        this.violations.push(`a secret in the log: ${message} ${value}`);
      }
    }
    if (fields['code'] === 'UNEXPECTED' || fields['code'] === 'BRIDGE_DEFECT') {
      this.violations.push(`nobody foresaw ${message}: ${JSON.stringify(fields)}`);
    }
  }
}

/** What a reader of the trace wants of a log line: what it is about, and why. */
function describeFields(fields: LogFields): string {
  const about = fields['autosysEvent'] ?? fields['globalVariable'] ?? fields['ledgerKey'];
  const run = fields['executionArn'] ?? fields['run'] ?? fields['batchJobId'];
  const words = [
    about,
    String(run ?? '')
      .split(':')
      .at(-1),
    fields['status'],
    fields['reason'],
  ];
  return words.map((word) => ` ${word ?? ''}`.trimEnd()).join('');
}

/** In Base64 it stands as Basic sends it, behind the user's name: `bridge:hunter2`. */
const basicMark = Buffer.from(`bridge:${secretMark}`).toString('base64').slice(0, 16);

/** Whether a text holds a password, or a value of the environment of a Batch job. */
export function isSecret(text: string): boolean {
  return text.includes(secretMark) || text.includes(basicMark);
}

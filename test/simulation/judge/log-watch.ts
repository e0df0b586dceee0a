import { inspect } from 'node:util';
import { LedgerError } from '../../../lambda/errors.ts';
import type { Log, LogFields } from '../../../lambda/telemetry/report-telemetry.ts';
import type { World } from '../world.ts';

/** Part of every simulated password, and of the environment of Batch jobs. */
export const secretMarker = 'hunter2';

/** Watches log lines and errors of the bridge for secrets and unexpected failures. */
export class LogWatch implements Log {
  readonly violations: string[] = [];
  /** Number of redeliveries caused by a ledger failure, by message id. */
  readonly ledgerFailuresByMessage = new Map<string, number>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  info(message: string, fields: LogFields): void {
    this.#check(message, fields);
  }

  warn(message: string, fields: LogFields): void {
    this.#check(message, fields);
  }

  error(message: string, fields: LogFields): void {
    this.#check(message, fields);
    if (message !== 'message failed, will retry') return;
    const { messageId, code } = fields;
    if (code !== 'BRIDGE_LEDGER') {
      this.violations.push(
        `message ${messageId} is redelivered because of ${code} ${fields['reason']}`,
      );
      return;
    }
    const key = String(messageId);
    this.ledgerFailuresByMessage.set(key, (this.ledgerFailuresByMessage.get(key) ?? 0) + 1);
  }

  /** Records an invocation that failed. */
  onFailure(error: unknown): void {
    this.#world.log(() => `an invocation failed: ${String(error)}`);
    const text = inspect(error);
    if (isSecret(text)) this.violations.push(`a secret in an error: ${text}`);
    if (!(error instanceof LedgerError)) this.violations.push(`an invocation failed with ${text}`);
  }

  #check(message: string, fields: LogFields): void {
    this.#world.log(() => `log: ${message}${describeFields(fields)}`);
    for (const value of Object.values(fields)) {
      if (typeof value === 'string' && isSecret(value)) {
        this.violations.push(`a secret in the log: ${message} ${value}`);
      }
    }
    if (fields['code'] === 'UNEXPECTED' || fields['code'] === 'BRIDGE_DEFECT') {
      this.violations.push(`unexpected failure logged: ${message}: ${JSON.stringify(fields)}`);
    }
  }
}

/** Formats the fields of a log line for the trace: target, run, status and reason. */
function describeFields(fields: LogFields): string {
  const target = fields['autosysEvent'] ?? fields['globalVariable'] ?? fields['ledgerKey'];
  const run = fields['executionArn'] ?? fields['run'] ?? fields['batchJobId'];
  const parts = [
    target,
    String(run ?? '')
      .split(':')
      .at(-1),
    fields['status'],
    fields['reason'],
  ];
  return parts.map((part) => ` ${part ?? ''}`.trimEnd()).join('');
}

/** The marker in Base64, as Basic sends it after the user name: `bridge:hunter2`. */
const basicMarker = Buffer.from(`bridge:${secretMarker}`).toString('base64').slice(0, 16);

/** True when a text holds a password, or a value of the environment of a Batch job. */
export function isSecret(text: string): boolean {
  return text.includes(secretMarker) || text.includes(basicMarker);
}

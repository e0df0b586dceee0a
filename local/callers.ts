import type { IncomingMessage } from 'node:http';

/** Access keys of a principal, for an SDK client. */
export interface CallerKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The principals that call the embedded AWS. Each is known by its access key. */
export class LocalCallers {
  readonly #arnByKey = new Map<string, string>();

  /**
   * The keys of a principal, always the same.
   *
   * @param arn ARN of a role, also for its sessions, of a user, or of the root user
   */
  keysFor(arn: string): CallerKeys {
    const known = [...this.#arnByKey].find(([, one]) => one === arn)?.[0];
    const accessKeyId = known ?? `AKIALOCAL${String(this.#arnByKey.size).padStart(7, '0')}`;
    this.#arnByKey.set(accessKeyId, arn);
    return { accessKeyId, secretAccessKey: 'local' };
  }

  /** The principal that signed a request (Signature Version 4); signatures are not checked. */
  findArn(request: Pick<IncomingMessage, 'headers'>): string | undefined {
    const { authorization = '' } = request.headers;
    return this.#arnByKey.get(/Credential=([^/,]+)\//.exec(authorization)?.[1] ?? '');
  }
}

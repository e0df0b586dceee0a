import { ServiceRefusal } from './refusal.ts';

/** What happens to one call of an operation, instead of its normal answer. */
export type CallFault =
  /** An error response, such as ThrottlingException. Nothing is carried out. */
  | {
      readonly kind: 'refuse';
      readonly error: string;
      /** @default - the text of AWS for a known error */
      readonly message?: string;
      /** @default - the status of AWS for a known error, otherwise 400 */
      readonly status?: number;
    }
  /** The connection is closed before the request is accepted. Nothing is carried out. */
  | { readonly kind: 'loseRequest' }
  /** The request is carried out, then the connection is closed without an answer. */
  | { readonly kind: 'loseAnswer' }
  /** The request is carried out and answered after `ms` of the local clock. */
  | { readonly kind: 'delay'; readonly ms: number };

/** A call, as far as a fault may depend on it. */
export interface FaultyCall {
  readonly operation: string;
  readonly request: Readonly<Record<string, unknown>>;
}

/** Chooses the fault of a call; undefined to serve it. */
export type ChooseCallFault = (call: FaultyCall) => CallFault | undefined;

interface QueuedFault {
  readonly fault: CallFault;
  left: number;
}

/** The faults that wait for the next calls, by operation. */
export class CallFaults {
  readonly #queued = new Map<string, QueuedFault[]>();

  /** Applies a fault to the next `times` calls of an operation. */
  add(operation: string, fault: CallFault, times: number): void {
    this.#queued.set(operation, [...(this.#queued.get(operation) ?? []), { fault, left: times }]);
  }

  /** Removes every fault that still waits. */
  clear(): void {
    this.#queued.clear();
  }

  /** Takes the fault of this call. */
  take(operation: string): CallFault | undefined {
    const next = this.#queued.get(operation)?.find(({ left }) => left > 0);
    if (next === undefined) return undefined;
    next.left -= 1;
    return next.fault;
  }
}

/** The error response of a refusal. */
export function toFaultRefusal(fault: Extract<CallFault, { kind: 'refuse' }>): ServiceRefusal {
  const { error, status } = fault;
  const message = fault.message ?? messages[error] ?? `${error} (injected fault)`;
  return new ServiceRefusal(error, message, status);
}

const messages: Readonly<Record<string, string>> = {
  ThrottlingException: 'Rate exceeded',
  TooManyRequestsException: 'Too Many Requests',
};

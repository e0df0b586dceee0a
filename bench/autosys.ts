import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What the embedded AutoSys of a measurement is told to do. */
export type AutosysInstruction =
  | { readonly kind: 'go down' | 'come back' | 'tell' }
  | { readonly kind: 'answer after'; readonly ms: number };

/** What it says to that; `ready` once, at its start. */
export type AutosysProcessAnswer =
  | { readonly kind: 'done' }
  | {
      readonly kind: 'told';
      readonly values: readonly (readonly [name: string, value: string])[];
      /** How often each job has started. */
      readonly starts: readonly (readonly [job: string, starts: number])[];
    }
  | ({ readonly kind: 'ready' } & AutosysAccess);

/** How it is reached. */
export interface AutosysAccess {
  readonly url: string;
  readonly certificateAuthority: string;
  readonly user: string;
  readonly password: string;
}

/** The embedded AutoSys in a process of its own, over HTTPS on loopback. */
export class AutosysProcess implements AsyncDisposable {
  readonly access: AutosysAccess;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, access: AutosysAccess) {
    this.#child = child;
    this.access = access;
  }

  static async start({ jil = '' }: { readonly jil?: string } = {}): Promise<AutosysProcess> {
    const child = fork(join(import.meta.dirname, 'far-shore.ts'), [jil]);
    const ready = await nextAnswer(child);
    if (ready.kind !== 'ready')
      throw new Error(`the AutoSys of the measurement said ${ready.kind}`);
    return new AutosysProcess(child, ready);
  }

  /** Gives one order and waits for it to be carried out; one at a time. */
  async order(order: AutosysInstruction): Promise<AutosysProcessAnswer> {
    const answer = nextAnswer(this.#child);
    this.#child.send(order);
    return await answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.disconnect();
    await gone;
  }
}

async function nextAnswer(child: ChildProcess): Promise<AutosysProcessAnswer> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the AutoSys of the measurement ended with ${code}`);
  });
  ended.catch(() => undefined);
  const [answer] = await Promise.race([once(child, 'message'), ended]);
  return answer as AutosysProcessAnswer;
}

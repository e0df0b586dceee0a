import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** An instruction to the embedded AutoSys of a benchmark. */
export type AutosysInstruction =
  | { readonly kind: 'go down' | 'come back' | 'report state' }
  | { readonly kind: 'answer after'; readonly ms: number };

/** Its answer to an instruction; `ready` once, at its start. */
export type AutosysProcessAnswer =
  | { readonly kind: 'done' }
  | {
      readonly kind: 'state';
      readonly values: readonly (readonly [name: string, value: string])[];
      /** Number of starts of each job. */
      readonly starts: readonly (readonly [job: string, starts: number])[];
    }
  | ({ readonly kind: 'ready' } & AutosysAccess);

/** URL, certificate authority and login. */
export interface AutosysAccess {
  readonly url: string;
  readonly certificateAuthority: string;
  readonly user: string;
  readonly password: string;
}

/** The embedded AutoSys in a separate process, over HTTPS on loopback. */
export class AutosysProcess implements AsyncDisposable {
  readonly access: AutosysAccess;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, access: AutosysAccess) {
    this.#child = child;
    this.access = access;
  }

  static async start({ jil = '' }: { readonly jil?: string } = {}): Promise<AutosysProcess> {
    const child = fork(join(import.meta.dirname, 'autosys-child.ts'), [jil]);
    const ready = await nextAnswer(child);
    if (ready.kind !== 'ready')
      throw new Error(`embedded AutoSys of the benchmark: expected ready, found ${ready.kind}`);
    return new AutosysProcess(child, ready);
  }

  /** Sends one instruction and waits until it is executed; one at a time. */
  async execute(instruction: AutosysInstruction): Promise<AutosysProcessAnswer> {
    const answer = nextAnswer(this.#child);
    this.#child.send(instruction);
    return await answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}

async function nextAnswer(child: ChildProcess): Promise<AutosysProcessAnswer> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`embedded AutoSys of the benchmark: ended with exit code ${code}`);
  });
  ended.catch(() => undefined);
  const [answer] = await Promise.race([once(child, 'message'), ended]);
  return answer as AutosysProcessAnswer;
}

/**
 * State of one task.
 *
 * - `coming`: it may soon read a variable
 * - `waiting`: its read waits for the end of the round
 * - `elsewhere`: it does something that the other tasks need not wait for
 */
type MemberState = 'coming' | 'waiting' | 'elsewhere';

/** One task of a group, such as the messages of one run in a batch. */
export interface Member {
  readonly group: ReadGroup;
  state: MemberState;
}

/** Makes the member known to everything that its task calls; an `AsyncLocalStorage`. */
export interface MemberStore {
  run<Done>(member: Member, work: () => Done): Done;
  getStore(): Member | undefined;
}

export interface ReadGroupDeps {
  readonly members: MemberStore;
  /** Resolves after `ms` milliseconds; may reject when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** Runs one task beside the others of its group. */
export type Alongside = <Done>(work: () => Promise<Done>) => Promise<Done>;

/** A group with no shared reads. */
export const alone: Alongside = (work) => work();

/**
 * Maximum time in milliseconds that a read waits for the other tasks.
 *
 * Ten sends, two at a time, at 100 ms each. It is reached only if a task is delayed, as by an
 * AutoSys that does not answer.
 */
export const longestWaitMs = 500;

/** Reads that wait for the end of the same round. */
interface Round {
  readonly begin: Set<() => void>;
  readonly timer: AbortController;
}

/**
 * Tasks that run concurrently and read variables, such as the messages of one batch.
 *
 * Their reads are sent in rounds, so that one request can answer all of them. A round ends as soon
 * as no member is `coming`; a timer ends it only if a member is delayed.
 */
export class ReadGroup {
  readonly #deps: ReadGroupDeps;
  readonly #members = new Set<Member>();
  #round: Round | undefined;

  constructor(deps: ReadGroupDeps) {
    this.#deps = deps;
  }

  /** Runs a task as a member of the group. */
  readonly alongside: Alongside = async (work) => {
    const member: Member = { group: this, state: 'coming' };
    this.#members.add(member);
    try {
      return await this.#deps.members.run(member, work);
    } finally {
      this.#members.delete(member);
      this.#endIfComplete();
    }
  };

  /** The member waits for the end of the round, which calls `begin` once. */
  join(member: Member, begin: () => void): void {
    member.state = 'waiting';
    this.#round ??= this.#openRound();
    this.#round.begin.add(begin);
    // Other members may start in the same turn of the event loop.
    queueMicrotask(() => this.#endIfComplete());
  }

  /** The member does something else first, so the round does not wait for its next read. */
  leave(member: Member): void {
    member.state = 'elsewhere';
    this.#endIfComplete();
  }

  /** The member is about to read. */
  expect(member: Member): void {
    member.state = 'coming';
  }

  #openRound(): Round {
    const round: Round = { begin: new Set(), timer: new AbortController() };
    this.#deps.sleep(longestWaitMs, round.timer.signal).then(
      () => this.#end(round),
      () => undefined,
    );
    return round;
  }

  #endIfComplete(): void {
    const isComing = [...this.#members].some(({ state }) => state === 'coming');
    if (this.#round && !isComing) this.#end(this.#round);
  }

  #end(round: Round): void {
    if (this.#round !== round) return;
    this.#round = undefined;
    round.timer.abort();
    for (const member of this.#members) {
      if (member.state === 'waiting') member.state = 'coming';
    }
    for (const begin of round.begin) begin();
  }
}

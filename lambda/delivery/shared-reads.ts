import type { GlobalTable, ListedGlobal } from '../../autosys/autorep/index.ts';
import { AutosysError } from '../../autosys/errors.ts';
import type { GlobalName } from '../../autosys/names.ts';
import type { GlobalView, LastChangedView } from '../../autosys/views.ts';
import { DefectError } from '../errors.ts';
import { isLoginRefusal } from '../login/failure.ts';
import { RequestDeniedError } from '../login-errors.ts';
import type { Autosys } from './autosys.ts';
import { ListMemory, type ListQuery, toListQuery } from './list-plan.ts';
import type { Member, MemberStore, ReadGroup } from './read-groups.ts';

interface CallOptions {
  readonly signal: AbortSignal;
}

/** Several variables at once, or why this release cannot list them. */
export type GlobalListView =
  | ({ readonly kind: 'list' } & GlobalTable)
  | { readonly kind: 'unreadable'; readonly reason: string };

/** An AutoSys that may be asked for several variables in one request. */
export type ListingPort = Required<Pick<Autosys['port'], 'readJobEvents'>> &
  Autosys['port'] & {
    /** @param pattern `ALL` or a pattern of `autorep -G` */
    readGlobalVariables(pattern: string, options: CallOptions): Promise<GlobalListView>;
  };

export interface SharedReadDeps {
  readonly members: Pick<MemberStore, 'getStore'>;
  readonly now: () => Date;
}

/** A read that waits for its answer. */
interface Item {
  readonly name: GlobalName;
  readonly signal: AbortSignal;
  readonly wants: 'value' | 'lastChanged';
  readonly answer: (found: Found) => void;
  readonly fail: (error: unknown) => void;
}

/** What is known without another read: the row of a list, or what a single read has told. */
interface Found {
  readonly wasListed?: true;
  readonly row?: ListedGlobal | undefined;
  readonly view?: GlobalView;
}

/** What a list came to. */
type Listed =
  | ({ readonly kind: 'list' } & GlobalTable)
  /** Only single reads can tell. */
  | { readonly kind: 'unusable' }
  /** No answer: a single read finds out whether AutoSys is there. */
  | { readonly kind: 'unanswered'; readonly error: unknown };

/** A failed list is requested again within so many milliseconds; later, AutoSys is held to be away. */
const repeatWithinMs = 5_000;

/**
 * An AutoSys of which reads of variables by the members of one group are answered by one list.
 *
 * A list answers only what was asked before it was requested, so that a read-back never shows the time before its send. A
 * variable that the list does not show for certain, or not at all, is read singly: only that tells whether it is set.
 */
export function withSharedReads(port: ListingPort, deps: SharedReadDeps): Autosys['port'] {
  const reads = new SharedReads(port, deps);
  const member = () => deps.members.getStore();
  const leave = () => {
    const one = member();
    one?.group.leave(one);
  };
  return {
    sendEvent: (event, options) => {
      const one = member();
      if (event.kind === 'SET_GLOBAL') one?.group.expect(one);
      else leave();
      return port.sendEvent(event, options);
    },
    readJob: (job, options) => {
      leave();
      return port.readJob(job, options);
    },
    readGlobalVariable: (name, options) => reads.readValue(name, options),
    readLastChanged: (name, options) => reads.readLastChanged(name, options),
    readJobEvents: (job, options) => {
      leave();
      return port.readJobEvents(job, options);
    },
  };
}

class SharedReads {
  readonly #port: ListingPort;
  readonly #deps: SharedReadDeps;
  readonly #memory: ListMemory;
  readonly #itemsByGroup = new WeakMap<ReadGroup, Item[]>();

  constructor(port: ListingPort, deps: SharedReadDeps) {
    this.#port = port;
    this.#deps = deps;
    this.#memory = new ListMemory(deps.now);
  }

  async readValue(name: GlobalName, { signal }: CallOptions): Promise<GlobalView> {
    const member = this.#deps.members.getStore();
    const isShared = member !== undefined && !this.#memory.isOff;
    const { view, row } = isShared ? await this.#ask(member, { name, signal, wants: 'value' }) : {};
    if (view) return view;
    const { value, lastChanged } = row ?? {};
    if (value === undefined) return this.#port.readGlobalVariable(name, { signal });
    return { kind: 'value', value, ...(lastChanged && { lastChanged }) };
  }

  async readLastChanged(name: GlobalName, { signal }: CallOptions): Promise<LastChangedView> {
    const read = { name, signal, wants: 'lastChanged' } as const;
    const { row, wasListed } = await this.#ask(this.#deps.members.getStore(), read);
    if (row?.lastChanged) return { kind: 'known', ...row.lastChanged };
    if (wasListed) return { kind: 'notShown' };
    return { kind: 'notNow', reason: 'the list with the times of changes cannot be read' };
  }

  #ask(member: Member | undefined, read: Pick<Item, 'name' | 'signal' | 'wants'>): Promise<Found> {
    return new Promise((answer, fail) => {
      const item = { ...read, answer, fail };
      if (member === undefined) return void this.#begin([item]);
      const { group } = member;
      const items = this.#itemsByGroup.get(group) ?? [];
      this.#itemsByGroup.set(group, items);
      const isFirst = items.push(item) === 1;
      group.join(member, isFirst ? () => void this.#begin(items.splice(0)) : () => undefined);
    });
  }

  /** Answers reads that were asked before this call. */
  async #begin(items: readonly Item[]): Promise<void> {
    try {
      const names = [...new Set(items.map(({ name }) => name))];
      const query = toListQuery(names);
      // Only a list shows when a variable was changed, also one that is of little use for values.
      const isNeeded = items.some(({ wants }) => wants === 'lastChanged');
      const isUseful = names.length > 1 && !this.#memory.isOfNoUse(query);
      if (!isNeeded && !isUseful) return leaveAll(items);

      const signal = toSignal(items);
      const listed = await this.#list(query, signal);
      if (listed.kind === 'unanswered' && !signal.aborted) await this.#tryOne(items);
      else if (listed.kind === 'unanswered') failAll(items, listed.error);
      else if (listed.kind === 'unusable') this.#goSingly(items);
      else this.#answer(items, query, listed);
    } catch (error) {
      failAll(items, error);
    }
  }

  #answer(items: readonly Item[], query: ListQuery, { rows, lines }: GlobalTable): void {
    const shown = items.flatMap(({ name }) => rows.get(name) ?? []);
    const isCertain = shown.length === 0 || shown.some(({ value }) => value !== undefined);
    this.#memory.learn(query, { lines, isCertain });
    for (const { name, answer } of items) answer({ wasListed: true, row: rows.get(name) });
  }

  #goSingly(items: readonly Item[]): void {
    this.#memory.setUnusable();
    leaveAll(items);
  }

  /**
   * After a list without an answer, one variable is read singly, so that the others do not each wait for an AutoSys that is
   * away. Where that read works, the list is at fault.
   */
  async #tryOne(items: readonly Item[]): Promise<void> {
    const [first, ...others] = items;
    if (first === undefined) return;
    try {
      const view = await this.#port.readGlobalVariable(first.name, { signal: first.signal });
      first.answer({ view });
    } catch (failure) {
      if (!isRejection(failure)) return failAll(items, failure);
      first.fail(failure);
    }
    this.#goSingly(others);
  }

  async #list(query: ListQuery, signal: AbortSignal): Promise<Listed> {
    const startedMs = this.#deps.now().getTime();
    const first = await this.#listOnce(query, signal);
    const tookMs = this.#deps.now().getTime() - startedMs;
    if (first.kind !== 'unanswered' || signal.aborted || tookMs > repeatWithinMs) return first;
    return this.#listOnce(query, signal);
  }

  async #listOnce({ pattern }: ListQuery, signal: AbortSignal): Promise<Listed> {
    try {
      const list = await this.#port.readGlobalVariables(pattern, { signal });
      return list.kind === 'list' ? list : { kind: 'unusable' };
    } catch (error) {
      // The list alone may be refused: a single read may be allowed.
      const isOfList = error instanceof DefectError || error instanceof RequestDeniedError;
      if (isOfList || isRejection(error)) return { kind: 'unusable' };
      // Each refused login counts, so the next try is a single read.
      if (isLoginRefusal(error)) this.#memory.setUnusable();
      else if (error instanceof AutosysError) return { kind: 'unanswered', error };
      throw error;
    }
  }
}

/** Aborts when the signal of any of them does. */
function toSignal(items: readonly Item[]): AbortSignal {
  const signals = [...new Set(items.map(({ signal }) => signal))];
  const [only] = signals;
  return only !== undefined && signals.length === 1 ? only : AbortSignal.any(signals);
}

function leaveAll(items: readonly Item[]): void {
  for (const { answer } of items) answer({});
}

function failAll(items: readonly Item[], error: unknown): void {
  for (const { fail } of items) fail(error);
}

/** AutoSys answered, and will not show it. */
function isRejection(error: unknown): error is AutosysError {
  return error instanceof AutosysError && error.disposition === 'reject' && !isLoginRefusal(error);
}

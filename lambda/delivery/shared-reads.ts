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

/** A list of variables, or why this release cannot list them. */
export type GlobalListView =
  | ({ readonly kind: 'list' } & GlobalTable)
  | { readonly kind: 'unreadable'; readonly reason: string };

/** An AutoSys instance that can list variables in one request. */
export type ListingPort = Required<Pick<Autosys['port'], 'readJobEvents' | 'readJobRuns'>> &
  Autosys['port'] & {
    /** @param pattern `ALL` or a pattern of `autorep -G` */
    readGlobalVariables(pattern: string, options: CallOptions): Promise<GlobalListView>;
  };

export interface SharedReadDeps {
  readonly members: Pick<MemberStore, 'getStore'>;
  readonly now: () => Date;
}

/** A read that waits for its result. */
interface Item {
  readonly name: GlobalName;
  readonly signal: AbortSignal;
  readonly wants: 'value' | 'lastChanged';
  readonly answer: (found: Found) => void;
  readonly fail: (error: unknown) => void;
}

/** Result without another read: the row of a list, or the result of a single read. */
interface Found {
  readonly wasListed?: true;
  readonly row?: ListedGlobal | undefined;
  readonly view?: GlobalView;
}

/** Result of a list request. */
type Listed =
  | ({ readonly kind: 'list' } & GlobalTable)
  /** Variables must be read one by one. */
  | { readonly kind: 'unusable' }
  /** No reply: a single read shows whether AutoSys answers. */
  | { readonly kind: 'unanswered'; readonly error: unknown };

/**
 * A list that failed within this many milliseconds is requested again; after a longer time AutoSys
 * counts as down.
 */
const repeatWithinMs = 5_000;

/**
 * An AutoSys instance whose reads of variables by the members of one group are answered by one
 * list.
 *
 * A list answers only reads that waited before it was requested, so a read-back never shows the
 * time before its send. A variable that the list does not show, or not for certain, is read alone:
 * only that shows whether it is set.
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
    readJobRuns: (job, options) => port.readJobRuns(job, options),
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

  /** Answers reads that waited before this call. */
  async #begin(items: readonly Item[]): Promise<void> {
    try {
      const names = [...new Set(items.map(({ name }) => name))];
      const query = toListQuery(names);
      // Only a list shows the time of a change, even a list that is of little use for values.
      const isNeeded = items.some(({ wants }) => wants === 'lastChanged');
      const isUseful = names.length > 1 && !this.#memory.isOfNoUse(query);
      if (!isNeeded && !isUseful) return leaveAll(items);

      const signal = toSignal(items);
      const listed = await this.#list(query, signal);
      if (listed.kind === 'unanswered' && !signal.aborted) await this.#probeWithFirst(items);
      else if (listed.kind === 'unanswered') failAll(items, listed.error);
      else if (listed.kind === 'unusable') this.#readOneByOne(items);
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

  #readOneByOne(items: readonly Item[]): void {
    this.#memory.setUnusable();
    leaveAll(items);
  }

  /**
   * After a list without a reply one variable is read alone, so that not every read waits for an
   * AutoSys that is down. If that read succeeds, only the list failed.
   */
  async #probeWithFirst(items: readonly Item[]): Promise<void> {
    const [first, ...others] = items;
    if (first === undefined) return;
    try {
      const view = await this.#port.readGlobalVariable(first.name, { signal: first.signal });
      first.answer({ view });
    } catch (failure) {
      if (!isRejection(failure)) return failAll(items, failure);
      first.fail(failure);
    }
    this.#readOneByOne(others);
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
      // Only the list may be refused; a single read may be allowed.
      const isOfList = error instanceof DefectError || error instanceof RequestDeniedError;
      if (isOfList || isRejection(error)) return { kind: 'unusable' };
      // Each rejected login counts, so the next attempt is a single read.
      if (isLoginRefusal(error)) this.#memory.setUnusable();
      else if (error instanceof AutosysError) return { kind: 'unanswered', error };
      throw error;
    }
  }
}

/** Aborts when any of the signals aborts. */
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

/** AutoSys answered and refuses to show it. */
function isRejection(error: unknown): error is AutosysError {
  return error instanceof AutosysError && error.disposition === 'reject' && !isLoginRefusal(error);
}

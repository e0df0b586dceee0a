import type { AutosysInstance } from '../../autosys/names.ts';
import type { Table } from '../shared/table.ts';

/**
 * The versions of a secret that an AutoSys has refused.
 *
 * A version is named by the id that Secrets Manager gave it, which tells nothing of the password.
 */
export interface Refused {
  readonly format: 1;
  /** The longest refused first. */
  readonly versionIds: readonly string[];
  /** Until then none of them is sent again; from then on one of them, once. */
  readonly untilMs: number;
  /** How often that one try was in vain; each doubles the wait. */
  readonly rounds: number;
}

export const noneRefused: Refused = { format: 1, versionIds: [], untilMs: 0, rounds: 0 };

/** What all sandboxes know of the logins that one AutoSys has refused. */
export interface RefusedLogins {
  read(): Promise<Refused>;
  /**
   * Notes a refusal.
   *
   * @param worked whether this login had worked before: then AutoSys has changed, and what it refused earlier may be right
   */
  refuse(versionId: string, worked: boolean): Promise<Refused>;
  /** Notes that a login works; `current` where it is what the secret says now, so that there is nothing to remember. */
  accept(versionId: string, current: boolean): Promise<Refused>;
}

/** How long a refused login is not sent again: the first time, and at most. */
export interface RefusalPolicy {
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
}

/** What is known after a refusal; pure. */
export function afterRefusal(
  known: Refused,
  {
    versionId,
    worked,
    nowMs,
    policy,
  }: { versionId: string; worked: boolean; nowMs: number; policy: RefusalPolicy },
): Refused {
  const again = known.versionIds.includes(versionId);
  const before = worked && !again ? noneRefused : known;
  const rounds = before.rounds + (again && nowMs >= known.untilMs ? 1 : 0);
  const waitMs = Math.min(policy.maxWaitMs, policy.firstWaitMs * 2 ** Math.min(rounds, 20));
  const others = before.versionIds.filter((id) => id !== versionId);
  // Secrets Manager keeps two versions staged; older ones nobody will offer again.
  const versionIds = [...others, versionId].slice(-8);
  return { format: 1, versionIds, untilMs: nowMs + waitMs, rounds };
}

const keptMs = 90 * 86_400_000;
/** As many as there may be sandboxes that note their refusals at once. */
const races = 8;

/** Binds the memory of refused logins to the ledger table. */
export function createRefusedLogins({
  table,
  instance,
  now,
  policy,
}: {
  readonly table: Table;
  readonly instance: AutosysInstance;
  readonly now: () => Date;
  readonly policy: RefusalPolicy;
}): RefusedLogins {
  const key = `login ${instance}`;

  async function read() {
    const row = await table.get(key);
    return { refused: isRefused(row?.body) ? row.body : noneRefused, revision: row?.revision };
  }

  async function change(to: (known: Refused) => Refused): Promise<Refused> {
    for (let race = 1; ; race += 1) {
      const { refused, revision } = await read();
      const body = to(refused);
      if (body === refused) return body;
      const expiresAt = new Date(now().getTime() + keptMs);
      // Who loses every race has seen others note the same.
      if ((await table.put({ key, body, expiresAt }, revision)) !== undefined || race === races) {
        return body;
      }
    }
  }

  return {
    read: async () => (await read()).refused,
    refuse: (versionId, worked) =>
      change((known) => afterRefusal(known, { versionId, worked, nowMs: now().getTime(), policy })),
    accept: (versionId, current) =>
      change((known) => {
        if (current) return known.versionIds.length === 0 ? known : noneRefused;
        if (!known.versionIds.includes(versionId)) return known;
        return { ...known, versionIds: known.versionIds.filter((id) => id !== versionId) };
      }),
  };
}

/** What other software wrote in another shape counts as nothing: the calls themselves will tell. */
function isRefused(body: unknown): body is Refused {
  return typeof body === 'object' && body !== null && 'format' in body && body.format === 1;
}

import type { AutosysInstance, JobName } from '../../../autosys/names.ts';
import { agendaLists, walkAgenda } from '../../ledger/agenda.ts';
import type { SearchableTable } from '../../ledger/table.ts';
import { isRequestKey } from '../request-row.ts';
import {
  createWorkOnWaits,
  type PassLimits,
  type PassResult,
  type WorkOnWaitsDeps,
} from './work-on-waits.ts';

export interface WaitPassDeps extends WorkOnWaitsDeps {
  readonly table: SearchableTable;
  /** Maximum number of waits that one pass works on at one instance. @default 1000 */
  readonly maxWaits?: number;
}

const pageSize = 100;
/** Newest rows of a job that are searched for waits. */
const searchedRows = 200;
/** Waits that become due within this time count as waits: both passes of a minute are decided by it. */
const aheadMs = 60_000;

/** The passes over waits. */
export interface WaitPasses {
  /** Whether an instance has waits. One query. @throws {LedgerError} */
  hasWaits(instance: AutosysInstance): Promise<boolean>;
  /** Works on the waits of an instance, the oldest first. @throws {LedgerError} */
  pass(instance: AutosysInstance, limits: PassLimits): Promise<readonly PassResult[]>;
  /** Works on the waits for one job at once. @throws {LedgerError} */
  passJob(
    of: { readonly instance: AutosysInstance; readonly job: JobName },
    limits: PassLimits,
  ): Promise<readonly PassResult[]>;
}

/** Creates the passes over waits. */
export function createWaitPasses(deps: WaitPassDeps): WaitPasses {
  const { table, now, maxWaits = 1_000 } = deps;
  const workOn = createWorkOnWaits(deps);

  return {
    async hasWaits(instance) {
      const until = new Date(now().getTime() + aheadMs);
      const page = await table.agenda(agendaLists.wait(instance), { until, limit: 1 });
      return page.entries.length > 0;
    },
    async pass(instance, limits) {
      const keys: string[] = [];
      const list = agendaLists.wait(instance);
      for await (const key of walkAgenda(table, list, { until: now(), pageSize })) {
        keys.push(key);
        if (keys.length === maxWaits) break;
      }
      return workOn(instance, keys, { ...limits, isCrowded: keys.length === maxWaits });
    },
    async passJob({ instance, job }, limits) {
      const page = await table.ofTarget(`${instance} job ${job}`, { limit: searchedRows });
      const keys = page.entries.flatMap(({ key }) => (isRequestKey(key) ? [key] : []));
      return workOn(instance, keys, { ...limits, isCrowded: false });
    },
  };
}

import type { AutosysInstance, GlobalName } from '../../autosys/names.ts';
import type { Group } from '../../lambda/routing/groups.ts';
import type { RunTextFacts } from './describe-run.ts';
import type { WhyAutosys } from './read-autosys.ts';
import type { WhyLedger } from './read-ledger.ts';

/** What all parts of one answer share. */
export interface WhyContext extends RunTextFacts {
  readonly autosys: WhyAutosys;
  readonly ledger: WhyLedger;
  readonly instance: AutosysInstance;
  readonly now: Date;
  /** Timezone of the instance. */
  readonly timezone: string;
  /** Names of the routes that set a variable. @default - no route file was given */
  readonly routesOf?: ((name: GlobalName) => readonly string[]) | undefined;
  /** Names of the observed routes that would set a variable. @default - no route file was given */
  readonly observedBy?: ((name: GlobalName) => readonly string[]) | undefined;
  /** The group that sets a variable. @default - no route file was given */
  readonly groupSetting?: ((name: GlobalName) => Group | undefined) | undefined;
}

import type { AutosysInstance } from '../../autosys/names.ts';
import { metrics as names } from '../contract.ts';
import { describeError } from '../errors.ts';
import type { TelemetryDeps } from '../telemetry/report-telemetry.ts';

/** Facts of a page that was written. */
export interface WrittenPage {
  readonly key: string;
  readonly bytes: number;
  readonly lanes: number;
  /** Why the jobs of AutoSys could not be read. @default - they were read */
  readonly unread?: string;
}

/** Logs and measures the pages of the night. */
export interface NightTelemetry {
  written(instance: AutosysInstance, page: WrittenPage): void;
  /** The bucket did not take the page. */
  refused(instance: AutosysInstance, page: { readonly key: string; readonly reason: string }): void;
  /** The page could not be made. */
  failed(instance: AutosysInstance, error: unknown): void;
}

/** Creates the telemetry of the pages: one log line and one metric per instance and pass. */
export function createNightTelemetry({ log, metrics }: TelemetryDeps): NightTelemetry {
  return {
    written(autosysInstance, { unread, ...page }) {
      metrics.gauge(names.nightPageFailed, 0, { autosysInstance });
      if (unread === undefined) log.info('night page written', { autosysInstance, ...page });
      else
        log.warn('night page written without jobs', { autosysInstance, ...page, reason: unread });
    },
    refused(autosysInstance, fields) {
      metrics.gauge(names.nightPageFailed, 1, { autosysInstance });
      log.error('night page not stored', { autosysInstance, ...fields });
    },
    failed(autosysInstance, error) {
      metrics.gauge(names.nightPageFailed, 1, { autosysInstance });
      const { name, code, message: reason } = describeError(error);
      log.error('night page not made', { autosysInstance, error: name, code, reason });
    },
  };
}

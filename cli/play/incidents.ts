import { didYouMean } from '../../autosys/suggest.ts';
import { type Emulator, resetAfterAccept, respond } from '../../emulator/index.ts';
import { type IncidentKind, incidentKinds } from './incident-kinds.ts';
import { IncidentError, moveJob, toRenamed } from './rename-job.ts';
import { bridgeUser, formatLoginSecret, newPassword, type Worlds } from './worlds.ts';

/** The request to break something. */
export interface BreakRequest {
  readonly kind: string;
  /** For the kind `job`. */
  readonly job?: string;
  /** @default - every instance; for `job` the first that has the job */
  readonly instance?: string;
}

/** What happened, or what is wrong with the request. */
export type IncidentResult =
  | { readonly kind: 'done'; readonly lines: readonly string[] }
  | { readonly kind: 'refused'; readonly faults: readonly string[] };

/** Breaks and mends the embedded AutoSys. */
export interface Incidents {
  breakAutosys(request: BreakRequest): Promise<IncidentResult>;
  /** Ends every incident. */
  mendAutosys(): Promise<IncidentResult>;
}

/** One incident that is open, with the way to end it. */
interface OpenIncident {
  readonly key: string;
  /** @returns what was done */
  readonly mend: () => Promise<string> | string;
}

/** Creates the incidents of the embedded worlds. Each is open until it is mended. */
export function createIncidents(worlds: Worlds): Incidents {
  const open = new Map<string, OpenIncident>();
  const start = async (key: string, begin: () => Promise<OpenIncident> | OpenIncident) => {
    if (open.has(key)) return `${key} is broken already; nothing was changed`;
    open.set(key, await begin());
    return undefined;
  };
  return {
    async breakAutosys(request) {
      const faults = findFaults(worlds, request);
      if (faults.length > 0) return { kind: 'refused', faults };
      // Safe: the faults are those of an unknown kind too.
      const kind = request.kind as IncidentKind;
      const lines: string[] = [];
      try {
        for (const [instance, autosys] of findInstances(worlds, request)) {
          const [key, text, begin] = toIncident(worlds, kind, { ...request, instance, autosys });
          lines.push((await start(key, begin)) ?? text);
        }
      } catch (error) {
        if (error instanceof IncidentError) return { kind: 'refused', faults: [error.message] };
        throw error;
      }
      return { kind: 'done', lines };
    },
    async mendAutosys() {
      const lines: string[] = [];
      const faults: string[] = [];
      for (const { key, mend } of [...open.values()]) {
        try {
          lines.push(await mend());
          open.delete(key);
        } catch (error) {
          if (!(error instanceof IncidentError)) throw error;
          faults.push(error.message);
        }
      }
      if (faults.length > 0) return { kind: 'refused', faults: [...lines, ...faults] };
      return { kind: 'done', lines: lines.length > 0 ? lines : ['nothing was broken'] };
    },
  };
}

/** The faults of a request that do not depend on the jobs in AutoSys. */
export function findIncidentFaults(
  { kind, job, instance }: BreakRequest,
  instances: readonly string[],
): readonly string[] {
  const kinds = Object.keys(incidentKinds);
  if (!kinds.includes(kind)) {
    const found = JSON.stringify(kind.slice(0, 40));
    return [`unknown kind ${found}, allowed: ${kinds.join(' ')}${didYouMean(kind, kinds)}`];
  }
  if (instance !== undefined && !instances.includes(instance)) {
    const found = JSON.stringify(instance.slice(0, 40));
    return [`instance: found ${found}, allowed: ${instances.join(' ')}`];
  }
  if (kind !== 'job') {
    return job === undefined ? [] : ['unexpected job name: only `break job` takes one; remove it'];
  }
  return job === undefined ? ['job name missing, such as: `break job FX_RATES_ALERT`'] : [];
}

function findFaults({ autosyses }: Worlds, request: BreakRequest): readonly string[] {
  const faults = findIncidentFaults(request, [...autosyses.keys()]);
  const { kind, job = '', instance } = request;
  if (faults.length > 0 || kind !== 'job') return faults;
  const searched = [...autosyses].filter(([name]) => instance === undefined || name === instance);
  const known = searched.flatMap(([, { instance: one }]) => one.jobs().map(toName));
  if (!known.includes(job)) {
    return [`AutoSys has no job ${JSON.stringify(job.slice(0, 64))}${didYouMean(job, known)}`];
  }
  const isBox = searched.some(([, { instance: one }]) => one.job(job)?.job.type === 'BOX');
  return isBox ? [`${job} is a box, allowed: a job that is no box`] : [];
}

function findInstances(
  { autosyses }: Worlds,
  { kind, job = '', instance }: BreakRequest,
): readonly (readonly [string, Emulator])[] {
  const named = [...autosyses].filter(([name]) => instance === undefined || name === instance);
  if (kind !== 'job') return named;
  return named.filter(([, autosys]) => autosys.instance.job(job) !== undefined).slice(0, 1);
}

interface Aim extends BreakRequest {
  readonly instance: string;
  readonly autosys: Emulator;
}

/** The path of a start, or of an event whose kind is in the body. */
const startPath = /\/event\/(?:force-)?start-job|\/event\/?$/;

type Begin = () => Promise<OpenIncident> | OpenIncident;

/** The key of an incident, what it does in words, and its beginning. */
function toIncident(
  worlds: Worlds,
  kind: IncidentKind,
  { instance, autosys, job = '' }: Aim,
): readonly [key: string, text: string, begin: Begin] {
  const key = kind === 'job' ? `job ${job} on ${instance}` : `${kind} of ${instance}`;
  const text = `${instance}: ${incidentKinds[kind]}`;
  switch (kind) {
    case 'down':
      return [key, text, () => takeDown(key, instance, autosys)];
    case 'away': {
      const aim = { times: 'always' } as const;
      return [
        key,
        text,
        () => planFault(key, instance, () => autosys.misbehave(respond(503), aim)),
      ];
    }
    case 'answer': {
      const aim = { method: 'POST', path: startPath };
      const lose = () => autosys.misbehave(resetAfterAccept, aim);
      return [key, text, () => planFault(key, instance, lose)];
    }
    case 'login':
      return [key, text, () => changePassword(key, instance, { worlds, autosys })];
    case 'job':
      return [
        key,
        `${instance}: ${job} is renamed to ${toRenamed(job)}`,
        () => renameJob(key, instance, { autosys, job }),
      ];
    default:
      return kind satisfies never;
  }
}

async function takeDown(key: string, instance: string, autosys: Emulator): Promise<OpenIncident> {
  await autosys.goDown();
  return {
    key,
    mend: async () => {
      await autosys.comeBack();
      return `${instance}: AutoSys accepts connections again`;
    },
  };
}

function planFault(
  key: string,
  instance: string,
  plan: () => ReturnType<Emulator['misbehave']>,
): OpenIncident {
  const planned = plan();
  return {
    key,
    mend: () => {
      planned.callOff();
      const times = planned.struck === 1 ? 'once' : `${planned.struck} times`;
      return `${instance}: AutoSys answers again; the fault occurred ${times}`;
    },
  };
}

/** The end of it is what a person does: the new password is written into the secret. */
function changePassword(
  key: string,
  instance: string,
  { worlds, autosys }: { readonly worlds: Worlds; readonly autosys: Emulator },
): OpenIncident {
  const password = newPassword();
  autosys.setPassword(password, bridgeUser);
  const secret = worlds.config.instances.find(({ name }) => name === instance)?.secret ?? '';
  return {
    key,
    mend: () => {
      // Instances that share a secret share a password.
      for (const { name, secret: other } of worlds.config.instances) {
        if (other === secret) worlds.autosyses.get(name)?.setPassword(password, bridgeUser);
      }
      worlds.aws.secrets.put(secret, formatLoginSecret(password));
      return `${instance}: the secret ${secret} has a new version with the new password`;
    },
  };
}

function renameJob(
  key: string,
  instance: string,
  { autosys, job }: { readonly autosys: Emulator; readonly job: string },
): OpenIncident {
  const renamed = toRenamed(job);
  moveJob(autosys, job, renamed);
  return {
    key,
    mend: () => {
      moveJob(autosys, renamed, job);
      return `${instance}: ${renamed} is renamed to ${job}`;
    },
  };
}

function toName({ job }: { readonly job: { readonly name: string } }): string {
  return job.name;
}

import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import type { Template } from '../../lambda/routing/template.ts';
import { printTemplate } from '../../route-file/template-print.ts';

/** An AutoSys job that the route file names. Each name is listed once. */
export interface NamedJob {
  /** Instances that may have it: one for a route, all for a mirror or a caller. */
  readonly instances: readonly string[];
  /** `template`: it depends on the event, so only an event shows the name. */
  readonly by: 'name' | 'glob' | 'template';
  readonly text: string;
  /** Such as `route settlement`, `target eod`, `caller night`, `requests pay`. */
  readonly usedBy: readonly string[];
}

type JobMention = Omit<NamedJob, 'usedBy'> & { readonly usedBy: string };

/** The jobs of routes, also those that are observed, of groups, mirrors, callers and requests. Pure. */
export function toNamedJobs(config: BridgeConfig): readonly NamedJob[] {
  const { routes, groups = [], targets, callers, requests, instances } = config;
  const everywhere = instances.map(({ name }) => name);
  const mentions: readonly JobMention[] = [
    ...routes.flatMap(({ name, to, actions }) => ofActions(actions, [to], `route ${name}`)),
    ...routes.flatMap(({ name, to, observe }) =>
      observe !== undefined && 'job' in observe
        ? [toMention(observe.job, [to], `route ${name}`)]
        : [],
    ),
    ...groups.flatMap(({ name, to, actions }) =>
      to.flatMap((one) => ofActions(actions, [one], `group ${name}`)),
    ),
    ...targets.flatMap(({ name, mirror }) =>
      mirror?.kind === 'job' ? [toMention(mirror.name, everywhere, `target ${name}`)] : [],
    ),
    ...callers.flatMap(({ name, jobs }) =>
      jobs.map((text) => toMention(text, everywhere, `caller ${name}`)),
    ),
    ...requests.flatMap(({ name, instance, jobs }) =>
      jobs.map((text) => toMention(text, [instance], `requests ${name}`)),
    ),
  ];
  const grouped = Map.groupBy(mentions, ({ instances: of, by, text }) =>
    JSON.stringify([of, by, text]),
  );
  return [...grouped.values()].flatMap((all) => {
    const [first] = all;
    return first ? [{ ...first, usedBy: [...new Set(all.map(({ usedBy }) => usedBy))] }] : [];
  });
}

function ofActions(
  actions: Readonly<
    Partial<Record<string, readonly { readonly fields: Readonly<Record<string, Template>> }[]>>
  >,
  instances: readonly string[],
  usedBy: string,
): readonly JobMention[] {
  return Object.values(actions).flatMap((templates = []) =>
    templates.flatMap(({ fields: { job } }) => {
      if (job === undefined) return [];
      const by = job.every((piece) => typeof piece === 'string') ? 'name' : 'template';
      return [{ instances, by, text: by === 'name' ? job.join('') : printTemplate(job), usedBy }];
    }),
  );
}

function toMention(text: string, instances: readonly string[], usedBy: string): JobMention {
  return { instances, by: text.includes('*') ? 'glob' : 'name', text, usedBy };
}

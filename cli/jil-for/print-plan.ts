import { printJil } from '../../autosys/jil/index.ts';
import { describeTarget, describeWay, toFirstSettings } from './describe-plan.ts';
import { formatJilComment } from './jil-text.ts';
import { createJobs } from './jobs.ts';
import type { JilPlan } from './target-plan.ts';

/** Formats the plan as one JIL text: jobs as `autorep -q -w` prints them, comments between them. */
export function printPlan({ targets, settings }: JilPlan): string {
  return [
    formatJilComment([
      'Templates of jobs that start work in AWS. Change machine, owner, profile and files, then load them with jil.',
    ]),
    ...targets.flatMap((plan) => [
      formatJilComment(describeTarget(plan)),
      ...plan.ways.map(
        (way) =>
          `${formatJilComment(describeWay(plan, way))}\n${printJil(createJobs(plan, way, settings))}`,
      ),
    ]),
  ].join('\n');
}

/** The plan as data, for --json. */
export function toPlanDocument({ targets, settings }: JilPlan) {
  return {
    targets: targets.map((plan) => ({
      target: plan.target.name,
      firstSettings: toFirstSettings(plan),
      ways: plan.ways.map((way) => {
        const jobs = createJobs(plan, way, settings);
        return { way, jobs: jobs.map(({ object }) => object), jil: printJil(jobs) };
      }),
    })),
  };
}

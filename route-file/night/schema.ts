import { wholeNumberShape } from '../quantities.ts';
import { findRoleFault, roleAllowed } from '../requests/caller-arn.ts';
import { leaf, list, mapping } from '../shapes.ts';

/** Values of the keys that a file omits. */
export const nightDefaults = { since: '20:00', everyMinutes: 5, keepDays: 14 } as const;

/** The schema of `night:`. `compileNight` checks how its values fit together. */
export const nightSchema = mapping(
  {
    what: 'night',
    description:
      'Pages of the night: a function writes one page of each instance to a bucket of the stack at an interval.',
    hints: {
      instance: 'unknown key "instance" in night; did you mean instances? It takes a list',
      reader: 'unknown key "reader" in night; did you mean readers? It takes a list',
      every:
        'unknown key "every" in night; did you mean everyMinutes? It takes a number of minutes',
    },
  },
  {
    readers: list(
      'readers',
      leaf({
        what: 'readers',
        allowed: roleAllowed,
        description: 'ARN of an IAM role, with its path if it has one.',
        check: (text) => findRoleFault('readers', text),
      }),
    ).meta({
      description: 'IAM roles that may read the pages. Every other principal is denied.',
    }),
    instances: list(
      'instances',
      leaf({
        what: 'instances',
        allowed: 'the name of an instance in instances',
        description: 'Name of an AutoSys instance.',
      }),
    )
      .meta({ description: 'AutoSys instances that have a page. Default: all.' })
      .optional(),
    since: leaf({
      what: 'since',
      allowed: 'a time such as "20:00"',
      description: `Local time of the instance at which a night begins, in quotes. A night lasts until that time of the next day. Default: "${nightDefaults.since}".`,
      pattern: /^(?:[01]\d|2[0-3]):[0-5]\d$/,
    }).optional(),
    everyMinutes: wholeNumberShape({
      what: 'everyMinutes',
      min: 1,
      max: 60,
      description: `Minutes between two pages. Each page is one autorep of all jobs. Default: ${nightDefaults.everyMinutes}.`,
    }).optional(),
    keepDays: wholeNumberShape({
      what: 'keepDays',
      min: 1,
      max: 90,
      description: `Days after which the bucket deletes a page. The ledger keeps 90 days. Default: ${nightDefaults.keepDays}.`,
    }).optional(),
  },
);

/** The key of the pages of the night at the top of the route file. */
export const nightShape = { night: nightSchema.optional() };

import * as z from 'zod';
import { nameRules } from '../autosys/names.ts';
import { checkEndpoint, checkTimezone, secretPattern } from './checks.ts';
import { maintenanceSchema } from './maintenance.ts';
import { duration, wholeNumberShape } from './quantities.ts';
import { asTheFirst, leaf, list, mapping, oneOf, say } from './shapes.ts';

const useSecretsManager =
  'a login does not belong in this file: put {"username": …, "password": …} into AWS Secrets Manager, and its name here as secret';

const endpoint = leaf({
  what: 'endpoint',
  allowed: 'https://host:port',
  description: 'Address of an AutoSys web server, such as https://autosys.example.com:9443.',
  check: checkEndpoint,
}).meta({ pattern: '^https://' });

const secret = leaf({
  what: 'secret',
  allowed:
    'the name or ARN of a secret in AWS Secrets Manager; the login itself stays out of this file',
  description: 'Name or ARN of the Secrets Manager secret that holds {"username", "password"}.',
  pattern: secretPattern,
  confidential: true,
});

const certificates = z
  .union(
    [
      leaf({
        what: 'ca',
        allowed:
          'the path of a PEM file, relative to this file, or { secret: NAME } of a secret that holds the PEM text',
        description: 'PEM file, relative to this file; a change of it takes a deployment.',
        pattern: /./,
      }),
      mapping(
        {
          what: 'ca',
          description:
            'A secret that is read while the bridge runs, so that a change is picked up.',
        },
        {
          secret: leaf({
            what: 'secret',
            allowed:
              'the name or ARN of a secret in AWS Secrets Manager; the certificates themselves stay out of this file',
            description: 'Name or ARN of the Secrets Manager secret that holds the certificates.',
            pattern: secretPattern,
            confidential: true,
          }),
          key: leaf({
            what: 'key',
            allowed: 'a key of the JSON in the secret, such as certificates',
            description:
              'The key of JSON that holds the PEM text. Default: the secret is the PEM text.',
            pattern: /./,
          }).optional(),
        },
      ),
    ],
    { error: asTheFirst },
  )
  .meta({
    description:
      "The certificates of AutoSys's CA, one or several in PEM: a file, or a secret. Default: the public CAs.",
  });

const profile = z
  .union([z.string(), z.looseObject({})], {
    error: ({ input }) =>
      say('profile', input, 'the name of a profile, or a mapping with base and events'),
  })
  .meta({
    description:
      'How this AutoSys speaks: standard (the default), another profile, or one with overridden entries.',
  });

const { pattern: globalPattern, max: globalMax } = nameRules.globalVariable;
const scratchName = new RegExp(`^(?=.{1,${globalMax}}$)${globalPattern.source.slice(1)}`);

/** One AutoSys installation as the route file describes it. */
export const instanceSchema = mapping(
  {
    what: 'an instance',
    description: 'One AutoSys installation.',
    hints: Object.fromEntries(
      ['username', 'user', 'password', 'credentials'].map((key) => [key, useSecretsManager]),
    ),
  },
  {
    endpoints: list('endpoints', endpoint).meta({
      description: 'The AutoSys web servers, in the order in which they are tried.',
    }),
    secret,
    ca: certificates.optional(),
    profile: profile.optional(),
    timezone: leaf({
      what: 'timezone',
      allowed: 'an IANA name such as Europe/Zurich',
      description: "IANA name of the scheduler's timezone. Default: UTC.",
      check: checkTimezone,
    }).optional(),
    confirmWithin: duration({
      what: 'confirmWithin',
      least: '1ms',
      most: '60s',
      such: '500ms or 10s',
      description:
        'How long a delivery is read back before it counts as accepted but not confirmed. Default: 10s.',
    }).optional(),
    deadline: duration({
      what: 'deadline',
      least: '1h',
      most: '80d',
      such: '12h or 4d',
      description:
        'What AutoSys could not be told for so long is parked for a person. Default: 4d.',
    }).optional(),
    oldEvents: oneOf(
      'oldEvents',
      ['park', 'allow'],
      'What becomes of the effects of an event that is older than the deadline, or that an EventBridge archive replays: park them for a person, or allow them, as for a replay on purpose. Default: park.',
    ).optional(),
    drainRate: wholeNumberShape({
      what: 'drainRate',
      least: 1,
      most: 1_000,
      description:
        'How many waiting entries a second are begun once AutoSys is back, so that it is not run over. Default: 20.',
    }).optional(),
    requestsUnderWay: wholeNumberShape({
      what: 'requestsUnderWay',
      least: 1,
      most: 50,
      description:
        'Maximum number of requests under way with this secret, over all functions. Also the number of logins that may be refused when the password changes. Instances that share a secret must agree. Default: 2.',
    }).optional(),
    rereadFor: duration({
      what: 'rereadFor',
      least: '1m',
      most: '30d',
      such: '6h',
      or: 'never',
      description:
        'So long after it was confirmed a global variable is read again, in case AutoSys has lost it. Default: 6h.',
    }).optional(),
    canaryGlobal: leaf({
      what: 'canaryGlobal',
      allowed: `the name of a global variable that no job waits for: ${nameRules.globalVariable.allowed}, up to ${nameRules.globalVariable.max} characters`,
      description:
        'The one global variable that the canary and the doctor set. Default: AWS_BRIDGE_CANARY.',
      pattern: scratchName,
    }).optional(),
    maintenance: maintenanceSchema.optional(),
  },
);

/** The instances by their names, three upper-case letters or digits each. */
export const instancesSchema = z
  .record(
    // Checked where the instances are compiled: zod would not look into one with a wrong name.
    z.string().meta({
      description: 'The three characters that name an AutoSys installation, such as ACE.',
      pattern: nameRules.autosysInstance.pattern.source,
    }),
    instanceSchema,
    { error: ({ input }) => say('instances', input, 'a mapping of instance names, such as ACE') },
  )
  .refine((instances) => Object.keys(instances).length > 0, {
    error: 'instances: found none, allowed: one or more',
  })
  .meta({ description: 'The AutoSys installations the bridge talks to, by name.' });

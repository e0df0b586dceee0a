import * as z from 'zod';
import { nameRules } from '../autosys/names.ts';
import { checkEndpoint, checkTimezone, secretPattern } from './checks.ts';
import { maintenanceSchema } from './maintenance.ts';
import { duration, wholeNumberShape } from './quantities.ts';
import { firstMemberMessage, formatFault, leaf, list, mapping, oneOf } from './shapes.ts';

const useSecretsManager =
  'credentials are not allowed in this file; store {"username": …, "password": …} in AWS Secrets Manager, and give the name of that secret as secret';

const endpoint = leaf({
  what: 'endpoint',
  allowed: 'https://host:port',
  description: 'Address of an AutoSys web server, such as https://autosys.example.com:9443.',
  check: checkEndpoint,
}).meta({ pattern: '^https://' });

const secret = leaf({
  what: 'secret',
  allowed: 'the name or ARN of a secret in AWS Secrets Manager, not the login itself',
  description: 'Name or ARN of the Secrets Manager secret that contains {"username", "password"}.',
  pattern: secretPattern,
  confidential: true,
});

const certificates = z
  .union(
    [
      leaf({
        what: 'ca',
        allowed:
          'the path of a PEM file, relative to this file, or { secret: NAME } with the name of a secret that contains the PEM text',
        description: 'Path of a PEM file, relative to this file. A change requires a deployment.',
        pattern: /./,
      }),
      mapping(
        {
          what: 'ca',
          description:
            'A secret that the functions read at run time. A change requires no deployment.',
        },
        {
          secret: leaf({
            what: 'secret',
            allowed:
              'the name or ARN of a secret in AWS Secrets Manager, not the certificates themselves',
            description:
              'Name or ARN of the Secrets Manager secret that contains the certificates.',
            pattern: secretPattern,
            confidential: true,
          }),
          key: leaf({
            what: 'key',
            allowed: 'a key of the JSON in the secret, such as certificates',
            description:
              'Key of the JSON in the secret that contains the PEM text. Default: the whole secret is the PEM text.',
            pattern: /./,
          }).optional(),
        },
      ),
    ],
    { error: firstMemberMessage },
  )
  .meta({
    description:
      'The CA certificates that are trusted for this AutoSys, one or several in PEM: a file or a secret. Default: the public CAs.',
  });

const profile = z
  .union([z.string(), z.looseObject({})], {
    error: ({ input }) =>
      formatFault('profile', input, 'the name of a profile, or a mapping with base and events'),
  })
  .meta({
    description:
      'Wire profile of the AutoSys web services: standard (the default), another profile, or a profile with overridden entries.',
  });

const { pattern: globalPattern, max: globalMax } = nameRules.globalVariable;
const scratchName = new RegExp(`^(?=.{1,${globalMax}}$)${globalPattern.source.slice(1)}`);

/** The schema of one AutoSys installation in the route file. */
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
      min: '1ms',
      max: '60s',
      examples: '500ms or 10s',
      description:
        'Maximum time for which an effect is read back within one attempt. After it, the effect counts as accepted but not confirmed. Default: 10s.',
    }).optional(),
    deadline: duration({
      what: 'deadline',
      min: '1h',
      max: '80d',
      examples: '12h or 4d',
      description:
        'Time after which an entry that AutoSys has not accepted is parked. Default: 4d.',
    }).optional(),
    oldEvents: oneOf(
      'oldEvents',
      ['park', 'allow'],
      'Effects of an event that is older than the deadline, or that comes from an EventBridge archive replay. park: they are parked. allow: they are sent, for an intended replay. Default: park.',
    ).optional(),
    drainRate: wholeNumberShape({
      what: 'drainRate',
      min: 1,
      max: 1_000,
      description:
        'Maximum number of waiting entries that are started per second after an outage. Protects AutoSys from overload. Default: 20.',
    }).optional(),
    requestsUnderWay: wholeNumberShape({
      what: 'requestsUnderWay',
      min: 1,
      max: 50,
      description:
        'Maximum number of concurrent requests with this secret, across all functions. Also the maximum number of rejected logins when the password changes. Instances that share a secret must have the same number. Default: 2.',
    }).optional(),
    rereadFor: duration({
      what: 'rereadFor',
      min: '1m',
      max: '30d',
      examples: '6h',
      keyword: 'never',
      description:
        'Time for which a confirmed global variable is read again, in case AutoSys loses it. Default: 6h.',
    }).optional(),
    canaryGlobal: leaf({
      what: 'canaryGlobal',
      allowed: `the name of a global variable that no job waits for: ${nameRules.globalVariable.allowed}, up to ${nameRules.globalVariable.max} characters`,
      description:
        'Name of the scratch variable: the only global variable that the canary and the doctor command set. Default: AWS_BRIDGE_CANARY.',
      pattern: scratchName,
    }).optional(),
    maintenance: maintenanceSchema.optional(),
  },
);

/** The schema of the instances, by their names of three upper-case letters or digits. */
export const instancesSchema = z
  .record(
    // compileInstances checks the name, because zod does not check the value of an invalid key.
    z.string().meta({
      description: 'Name of an AutoSys installation: three characters, such as ACE.',
      pattern: nameRules.autosysInstance.pattern.source,
    }),
    instanceSchema,
    {
      error: ({ input }) =>
        formatFault('instances', input, 'a mapping of instance names, such as ACE'),
    },
  )
  .refine((instances) => Object.keys(instances).length > 0, {
    error: 'instances: found none, allowed: one or more',
  })
  .meta({ description: 'The AutoSys installations that the bridge sends events to, by name.' });

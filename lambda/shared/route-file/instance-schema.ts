import * as z from 'zod';
import { nameRules } from '../../../autosys/names.ts';
import { checkDuration, checkEndpoint, checkTimezone, secretPattern } from './checks.ts';
import { leaf, list, mapping, say } from './shapes.ts';

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

const profile = z
  .union([z.string(), z.looseObject({})], {
    error: ({ input }) =>
      say('profile', input, 'the name of a profile, or a mapping with base and events'),
  })
  .meta({
    description:
      'How this AutoSys speaks: standard (the default), another profile, or one with overridden entries.',
  });

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
    ca: leaf({
      what: 'ca',
      allowed: 'the path of a PEM file, relative to this file',
      description:
        "PEM file with the certificates of AutoSys's CA, relative to this file. Default: the public CAs.",
      pattern: /./,
    }).optional(),
    profile: profile.optional(),
    timezone: leaf({
      what: 'timezone',
      allowed: 'an IANA name such as Europe/Zurich',
      description: "IANA name of the scheduler's timezone. Default: UTC.",
      check: checkTimezone,
    }).optional(),
    confirmWithin: leaf({
      what: 'confirmWithin',
      allowed: 'from 1ms to 60s, such as 500ms or 10s',
      description:
        'How long a delivery is read back before it counts as accepted but not confirmed. Default: 10s.',
      check: checkDuration,
    })
      .meta({ pattern: '^[0-9]+(ms|s|m)$' })
      .optional(),
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

import { findAutosysGlobFault } from '../autosys-glob.ts';
import { secretPattern } from '../checks.ts';
import { modeHint } from '../mode.ts';
import { leaf, list, mapping } from '../shapes.ts';

const useSecretsManager =
  'credentials are not allowed in this file; store {"password": …} or {"token": …} in AWS Secrets Manager, and give the name of that secret as secret';

/** The schema of a caller of the launch API. */
export const callerSchema = mapping(
  {
    what: 'a caller',
    description: 'Who may start which targets, and for which AutoSys jobs.',
    hints: {
      ...modeHint('a caller'),
      ...Object.fromEntries(
        ['username', 'user', 'password', 'token', 'credentials'].map((key) => [
          key,
          useSecretsManager,
        ]),
      ),
      target: 'unknown key "target" in a caller; did you mean targets? It takes a list',
      job: 'unknown key "job" in a caller; did you mean jobs? It takes a list',
    },
  },
  {
    secret: leaf({
      what: 'secret',
      allowed: 'the name or ARN of a secret in AWS Secrets Manager, not the login itself',
      description:
        'Name or ARN of the Secrets Manager secret that contains {"password"} or {"token"}.',
      pattern: secretPattern,
      confidential: true,
    }),
    targets: list(
      'targets',
      leaf({
        what: 'targets',
        allowed: 'the name of a target, or a name with *',
        description: 'Name of a target, or a name with * for any text.',
        pattern: /^[a-z0-9_*-]{1,64}$/,
      }),
    ).meta({ description: 'The targets that the caller may use.' }),
    jobs: list(
      'jobs',
      leaf({
        what: 'jobs',
        allowed: 'the name of an AutoSys job, or a name with *',
        description: 'Name of an AutoSys job, or a name with * for any text.',
        check: (text) => findAutosysGlobFault('jobs', text),
      }),
    ).meta({ description: 'The AutoSys jobs that the caller may act for.' }),
  },
);

import { blocksOf } from './documents.ts';
import { covers, type IamPolicy, resourcesOf } from './iam.ts';

/** The IAM policy of the section "Direct mode" of docs/launch.md. */
export function directPolicy(): IamPolicy {
  const block = blocksOf('docs/launch.md', 'json').find(({ text }) => text.includes('SubmitJobs'));
  return JSON.parse(block?.text ?? '{"Statement": []}');
}

/** Whether the policy allows a call. Of conditions it knows those on a tag. */
export function isAllowedByPolicy(
  { Statement }: IamPolicy,
  {
    action,
    resource,
    tags,
  }: {
    readonly action: string;
    readonly resource: string;
    readonly tags: Readonly<Record<string, string>>;
  },
): boolean {
  return Statement.some((statement) => {
    const { Action, Condition = {} } = statement;
    const conditions = Object.entries(Condition['StringEquals'] ?? {});
    return (
      [Action].flat().includes(action) &&
      resourcesOf(statement).some((pattern) => covers(pattern, resource)) &&
      conditions.every(([key, value]) => tags[key.replace(/^aws:\w+Tag\//, '')] === value)
    );
  });
}

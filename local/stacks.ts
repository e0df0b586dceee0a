import { escapeXml, QueryRefusal, QueryServer } from './query-server.ts';

/** A deployed stack that a test declares. */
export interface StackDeclaration {
  readonly name: string;
  /** ARN of the stack. */
  readonly id: string;
  readonly createdAt: Date;
  readonly outputs: Readonly<Record<string, string>>;
}

/** CloudFormation on loopback, with the stacks that a test declares. */
export interface LocalStacks extends AsyncDisposable {
  /** The server of the protocol: its address, calls and faults. */
  readonly server: QueryServer;
  putStack(stack: StackDeclaration): void;
}

/** Starts DescribeStacks. The SDK finds it by AWS_ENDPOINT_URL_CLOUDFORMATION. */
export async function startLocalStacks(): Promise<LocalStacks> {
  const stacks = new Map<string, StackDeclaration>();
  const server = await QueryServer.start({
    name: 'embedded CloudFormation',
    namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    prefix: 'cloudformation',
    operations: { DescribeStacks: (form) => describe([...stacks.values()], form) },
  });
  return {
    server,
    putStack: (stack) => void stacks.set(stack.name, stack),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

function describe(stacks: readonly StackDeclaration[], form: URLSearchParams): string {
  const wanted = form.get('StackName');
  const found = stacks.filter(({ name, id }) => wanted === null || [name, id].includes(wanted));
  if (wanted !== null && found.length === 0) {
    throw new QueryRefusal('ValidationError', `Stack with id ${wanted} does not exist`);
  }
  return `<Stacks>${found.map(toXml).join('')}</Stacks>`;
}

function toXml({ name, id, createdAt, outputs }: StackDeclaration): string {
  const members = Object.entries(outputs).map(
    ([key, value]) =>
      `<member><OutputKey>${key}</OutputKey><OutputValue>${escapeXml(value)}</OutputValue></member>`,
  );
  return `<member><StackName>${name}</StackName><StackId>${id}</StackId><CreationTime>${createdAt.toISOString()}</CreationTime><StackStatus>UPDATE_COMPLETE</StackStatus><Outputs>${members.join('')}</Outputs></member>`;
}

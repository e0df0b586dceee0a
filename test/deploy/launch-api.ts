import { type Cloud, describeStack } from './cloud.ts';
import { agents } from './launch-site.ts';

/** URL at which MiniStack serves the launch API, with its stage. */
export async function findLaunchUrl(cloud: Cloud, endpoint: string): Promise<string> {
  const { outputs } = await describeStack(cloud);
  const id = outputs.get('LaunchApiId');
  const stage = new URL(outputs.get('LaunchApiUrl') ?? '').pathname.split('/')[1];
  return `${endpoint}/_aws/execute-api/${id}/${stage}`;
}

/** The header of the login of the agents. */
export function toLoginHeaders({ username, password }: typeof agents = agents) {
  const login = Buffer.from(`${username}:${password}`).toString('base64');
  return { authorization: `Basic ${login}` };
}

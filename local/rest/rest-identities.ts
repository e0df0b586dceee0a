import { createHash } from 'node:crypto';

/** What a resource of a template is called, before it has an id in AWS. */
interface NamedResource {
  /** Stack name and logical id. */
  readonly id: string;
  /** The name that the template gives it, or one from its id. */
  readonly name: string;
}

interface RestIdentity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * The values of `Ref` and `Fn::GetAtt` for API Gateway and VPC endpoints; `undefined` for other
 * types. Ids are derived from the id in the template, so that they are the same in every run.
 *
 * Source: CloudFormation's resource reference, "Return values" of each type.
 */
export function findRestIdentity(type: string, resource: NamedResource): RestIdentity | undefined {
  const identify = Object.hasOwn(identities, type) ? identities[type] : undefined;
  return identify?.(resource);
}

const identities: Readonly<Record<string, (resource: NamedResource) => RestIdentity>> = {
  'AWS::ApiGateway::Authorizer': ({ id }) => identity('AuthorizerId', shortId(id, 6)),
  'AWS::ApiGateway::Deployment': ({ id }) => identity('DeploymentId', shortId(id, 6)),
  'AWS::ApiGateway::Model': ({ name }) => ({ ref: name, attributes: {} }),
  'AWS::ApiGateway::RequestValidator': ({ id }) => identity('RequestValidatorId', shortId(id, 6)),
  'AWS::ApiGateway::Resource': ({ id }) => identity('ResourceId', shortId(id, 6)),
  'AWS::ApiGateway::RestApi': ({ id }) => {
    const ref = shortId(id, 10);
    return { ref, attributes: { RestApiId: ref, RootResourceId: shortId(`${id}/`, 10) } };
  },
  'AWS::ApiGateway::Stage': ({ name }) => ({ ref: name, attributes: {} }),
  'AWS::EC2::VPCEndpoint': ({ id }) =>
    identity('Id', `vpce-0${createHash('sha256').update(id).digest('hex').slice(0, 16)}`),
};

const identity = (attribute: string, ref: string): RestIdentity => ({
  ref,
  attributes: { [attribute]: ref },
});

/** Lower-case letters and digits, the first a letter, as API Gateway makes them. */
function shortId(seed: string, length: number): string {
  const digest = createHash('sha256').update(seed).digest();
  const digits = [...digest].map((byte) => (byte % 36).toString(36)).join('');
  const letter = String.fromCharCode(97 + ((digest[31] ?? 0) % 26));
  return `${letter}${digits}`.slice(0, length);
}

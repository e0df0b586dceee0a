/**
 * The answer of the authorizer for an accepted login.
 *
 * It allows the whole stage: API Gateway caches the answer and uses it for every method. What the
 * caller may do is decided by the launch function.
 *
 * @param methodArn `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH`
 */
export function toPolicy(caller: string, methodArn: string) {
  const [api = '', stage = ''] = methodArn.split('/');
  return {
    principalId: caller,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: `${api}/${stage}/*` }],
    },
    context: { caller },
  };
}

/** What CloudFormation has and MiniStack has not. */
export const unknownTypes: readonly string[] = ['AWS::Logs::QueryDefinition'];

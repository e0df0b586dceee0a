import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/**
 * The SDK without any other code: the clients and commands that the report function uses, created
 * in the same way.
 */
const used = [
  new DynamoDBClient(),
  new SecretsManagerClient(),
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  GetSecretValueCommand,
  ConditionalCheckFailedException,
];

export const handler = async () => used.length;

import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** The SDK's own floor: the clients and commands that the report uses, made as it makes them. */
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

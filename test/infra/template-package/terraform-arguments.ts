/** Arguments of a resource or data source, and those of them that are required. */
interface DocumentedType {
  readonly arguments: readonly string[];
  readonly required: readonly string[];
}

/**
 * The documented arguments of each type that the Terraform module uses.
 *
 * Source: documentation of the AWS provider, github.com/hashicorp/terraform-provider-aws, in
 * website/docs: r/s3_object, r/cloudformation_stack, d/s3_bucket. `region` is left out, which only
 * provider 6 has.
 */
export const terraformArguments: Readonly<Record<string, DocumentedType>> = {
  'resource aws_s3_object': {
    arguments: [
      ...['acl', 'bucket', 'bucket_key_enabled', 'cache_control', 'checksum_algorithm'],
      ...['content', 'content_base64', 'content_disposition', 'content_encoding'],
      ...['content_language', 'content_type', 'etag', 'force_destroy', 'key', 'kms_key_id'],
      ...['metadata', 'object_lock_legal_hold_status', 'object_lock_mode'],
      ...['object_lock_retain_until_date', 'override_provider', 'server_side_encryption'],
      ...['source', 'source_hash', 'storage_class', 'tags', 'website_redirect'],
    ],
    required: ['bucket', 'key'],
  },
  'resource aws_cloudformation_stack': {
    arguments: [
      ...['name', 'template_body', 'template_url', 'capabilities', 'disable_rollback'],
      ...['notification_arns', 'on_failure', 'parameters', 'policy_body', 'policy_url'],
      ...['tags', 'iam_role_arn', 'timeout_in_minutes'],
    ],
    required: ['name'],
  },
  'data aws_s3_bucket': { arguments: ['bucket'], required: ['bucket'] },
};

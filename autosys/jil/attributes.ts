import {
  calendarName,
  codeRanges,
  createReadWholeNumber,
  days,
  flag,
  initialStatus,
  jobName,
  jobType,
  machines,
  minuteList,
  owner,
  readSomeText,
  resources,
  runWindow,
  shortText,
  timeList,
  timesOrDelays,
} from './values.ts';

/**
 * The checked attributes of a job, each with its reader.
 *
 * Rules: AutoSys 11.3.6 reference. Lengths: the same reference and the CA MDB r11 schema; releases
 * raised the length of `command` from 255 to 512 to 1000. The three condition attributes are listed
 * for their names; job.ts parses them at their positions in the file.
 */
export const jobAttributes = {
  job_type: jobType,
  box_name: jobName,
  machine: machines,
  command: shortText(1000),
  condition: readSomeText,
  box_success: readSomeText,
  box_failure: readSomeText,
  owner,
  permission: shortText(30),
  description: shortText(255),
  profile: shortText(255),
  std_in_file: shortText(255),
  std_out_file: shortText(255),
  std_err_file: shortText(255),
  chk_files: shortText(255),
  shell: shortText(20),
  job_class: shortText(32),
  date_conditions: flag,
  days_of_week: days,
  start_times: timeList,
  start_mins: minuteList,
  run_calendar: calendarName,
  exclude_calendar: calendarName,
  run_window: runWindow,
  must_start_times: timesOrDelays,
  must_complete_times: timesOrDelays,
  timezone: readSomeText,
  term_run_time: createReadWholeNumber(0),
  min_run_alarm: createReadWholeNumber(0),
  max_run_alarm: createReadWholeNumber(0),
  n_retrys: createReadWholeNumber(0),
  success_codes: codeRanges,
  fail_codes: codeRanges,
  max_exit_success: createReadWholeNumber(0),
  auto_delete: createReadWholeNumber(-1),
  auto_hold: flag,
  status: initialStatus,
  alarm_if_fail: flag,
  alarm_if_terminated: flag,
  box_terminator: flag,
  job_terminator: flag,
  priority: createReadWholeNumber(0),
  job_load: createReadWholeNumber(0),
  resources,
  watch_file: shortText(255),
  watch_interval: createReadWholeNumber(0),
  watch_file_min_size: createReadWholeNumber(0),
  watch_no_change: createReadWholeNumber(0),
} as const;

/** The name of a checked attribute. */
export type JobAttributeName = keyof typeof jobAttributes;

/**
 * Attributes whose value may continue in the next line.
 *
 * AutoSys 11.3.6 reference: "list attributes". The set is inferred.
 */
const listAttributes: ReadonlySet<string> = new Set([
  'days_of_week',
  'start_times',
  'start_mins',
  'must_start_times',
  'must_complete_times',
  'success_codes',
  'fail_codes',
  'resources',
  'machine',
]);

/**
 * Attributes whose values have double quotes in dumps (seen in captures; not a documented rule).
 */
const quotedAttributes: ReadonlySet<string> = new Set([
  'description',
  'start_times',
  'run_window',
  'must_start_times',
  'must_complete_times',
]);

/** Whether the value of the attribute may continue in the next line. */
export function isListAttribute(name: string): boolean {
  return listAttributes.has(name);
}

/** Whether dumps show the value of the attribute in double quotes. */
export function isQuotedAttribute(name: string): boolean {
  return quotedAttributes.has(name);
}

/** Whether the attribute holds a condition. */
export function isConditionAttribute(name: string): boolean {
  return name === 'condition' || name === 'box_success' || name === 'box_failure';
}

/**
 * Further known attributes, which this project does not use: those of other job types, machines,
 * instances, resources and blobs.
 *
 * From the vendor's lists and from dumps. The HTTP and web-service attributes are inferred.
 */
const otherAttributes = `
  agent_name all_events amount appl_name application arc_obj_name attribute avg_runtime blob_file blob_input blob_mode
  blob_type bdc_err_rate character_code connect_string connection_factory continuous currun_event_type currun_number
  currun_date currun_time cpu_usage destination_name disk_drive disk_format disk_space elevated encryption_type
  endpoint_url envvars external_app factor fail_criteria filter filter_type force ftp_command ftp_compression
  ftp_local_name ftp_local_user ftp_remote_name ftp_server_name ftp_server_port ftp_transfer_direction ftp_transfer_type
  ftp_use_ssl group heartbeat_interval i5_action i5_cc_exit i5_lib i5_name i5_params inside_range interactive
  invocation_type ip_host ip_port ip_status j2ee_authentication_order j2ee_conn_domain j2ee_conn_origin j2ee_conn_user
  j2ee_no_global_proxy_defaults j2ee_parameter j2ee_proxy_domain j2ee_proxy_host j2ee_proxy_origin_host j2ee_proxy_port
  j2ee_proxy_user j2ee_user job_override jmx_parameter key_to_agent
  lower_boundary max_load mode monitor_cond monitor_mode monitor_type method_name no_change node_name
  notification_emailaddress notification_emailaddress_on_alarm notification_id notification_msg
  notification_template opsys one_way operation_type oracle_program over_num port port_name poll_interval
  process_name provider_url provisioning ps_process_name request_id res_type return_class_name sap_abap_name
  sap_job_class sap_job_count sap_job_name sap_step_parms scp_local_name scp_local_user scp_protocol scp_remote_name
  scp_server_name scp_server_port scp_target_os scp_transfer_direction search_bw send_notification service_desk
  service_name sess_log_name sound sp_arg sp_name sql_command stop_on_change subset success_criteria
  success_pattern svcdesk_attr svcdesk_desc svcdesk_imp svcdesk_pri svcdesk_sev tablename target_namespace
  text_file_filter text_file_mode text_file_name topic type ulimit upper_boundary url use_topic user_role
  watch_file_change_type watch_file_change_value watch_file_groupname watch_file_owner watch_file_recursive
  watch_file_type watch_file_win_user web_parameter web_user wsdl_operation wsdl_url wsdoc_parameter xcrypt_type
  xkey_to_manager xmachine xmanager xport xtype zos_dataset zos_jobname
`;

const knownAttributes: ReadonlySet<string> = new Set([
  ...Object.keys(jobAttributes),
  ...otherAttributes.trim().split(/\s+/),
]);

/** The names of all known attributes. */
export const attributeNames: Iterable<string> = knownAttributes;

/** Whether JIL has an attribute of this name. */
export function isKnownAttribute(name: string): boolean {
  return knownAttributes.has(name);
}

/** Whether the attribute is checked. */
export function isJobAttribute(name: string): name is JobAttributeName {
  return Object.hasOwn(jobAttributes, name);
}

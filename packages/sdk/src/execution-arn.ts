/**
 * The ARN of the execution that a machine has, or would have, under a name. A version's or an alias's qualifier in the
 * machine's ARN is not part of it.
 */
export const executionArnOf = (stateMachineArn: string, name: string): string => {
  const [arn, partition, service, region, account, , machine] = stateMachineArn.split(":");
  return [arn, partition, service, region, account, "execution", machine, name].join(":");
};

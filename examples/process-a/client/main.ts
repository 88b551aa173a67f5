import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";

const POLL_MS = 500;

const USAGE = `Usage: node client <state-machine-arn>

Starts ProcessA without its start API and without MQTT, and polls until it has ended. BUCKET_NAME names the bucket of the
sidecars; region, credentials and endpoints are found as every AWS client finds them.
`;

/** @returns the exit code: 0 for a process that succeeded, 1 for one that did not, 2 where none was started */
export async function main(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const [stateMachineArn, ...others] = args;
  const bucket = env.BUCKET_NAME;
  if (stateMachineArn === undefined || others.length > 0 || bucket === undefined) {
    process.stderr.write(bucket === undefined ? `BUCKET_NAME is not set.\n\n${USAGE}` : USAGE);
    return 2;
  }
  const sfn = new SFNClient();
  const { transactionId, executionArn } = await start(sfn, bucket, stateMachineArn);
  process.stdout.write(`transaction ${transactionId}\nexecution ${executionArn}\n`);
  const status = await poll(sfn, executionArn);
  return status === "SUCCEEDED" ? 0 : 1;
}

/** The data goes to S3, and Step Functions gets a pointer to it: all that a start is. */
async function start(sfn: SFNClient, bucket: string, stateMachineArn: string) {
  const transactionId = `0x${crypto.randomUUID().replaceAll("-", "")}`;
  const sidecar = JSON.stringify({ foo: "foo val", bar: "bar val" });
  const object = { Bucket: bucket, Key: transactionId, Body: sidecar, ContentType: "application/json" };
  await new S3Client().send(new PutObjectCommand({ ...object, IfNoneMatch: "*", ServerSideEncryption: "AES256" }));
  const input = JSON.stringify({ processData: transactionId });
  const { executionArn = "" } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn, name: transactionId, input }),
  );
  return { transactionId, executionArn };
}

async function poll(sfn: SFNClient, executionArn: string): Promise<string | undefined> {
  for (;;) {
    const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    process.stdout.write(`${status}\n`);
    if (status !== "RUNNING") return status;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DescribeExecutionCommand, ExecutionDoesNotExist, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { newTransactionId } from "@sfs3/sdk/flow";

const POLL_MS = 500;

/** Step Functions is eventually consistent: so often in a row it may not know what it has just started. */
const MAX_UNKNOWN = 20;

const USAGE = `Usage: node client <state-machine-arn>

Starts ProcessA without its start API and without MQTT, and polls until it has ended. BUCKET_NAME names the bucket of the
sidecars; region, credentials and endpoints are found as every AWS client finds them.
`;

/** @returns the exit code: 0 for a process that succeeded, 1 for everything else */
export async function main(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const [stateMachineArn, ...others] = args;
  const bucket = env.BUCKET_NAME;
  if (stateMachineArn === undefined || others.length > 0 || bucket === undefined) {
    process.stderr.write(bucket === undefined ? `BUCKET_NAME is not set.\n\n${USAGE}` : USAGE);
    return 1;
  }
  try {
    return await run(bucket, stateMachineArn);
  } catch (error) {
    process.stderr.write(`${error}\n`);
    return 1;
  }
}

async function run(bucket: string, stateMachineArn: string): Promise<number> {
  const sfn = new SFNClient();
  const { transactionId, executionArn } = await start(sfn, bucket, stateMachineArn);
  process.stdout.write(`transaction ${transactionId}\nexecution ${executionArn}\n`);
  const { status, error, cause } = await ended(sfn, executionArn);
  if (error !== undefined) process.stderr.write(`${error}: ${cause ?? ""}\n`);
  return status === "SUCCEEDED" ? 0 : 1;
}

/** The data goes to S3, and Step Functions gets a pointer to it: all that a start is. */
async function start(sfn: SFNClient, bucket: string, stateMachineArn: string) {
  const transactionId = newTransactionId();
  const sidecar = JSON.stringify({ foo: "foo val", bar: "bar val" });
  const object = { Bucket: bucket, Key: transactionId, Body: sidecar, ContentType: "application/json" };
  await new S3Client().send(new PutObjectCommand({ ...object, IfNoneMatch: "*", ServerSideEncryption: "AES256" }));
  const input = JSON.stringify({ processData: transactionId });
  const { executionArn = "" } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn, name: transactionId, input }),
  );
  return { transactionId, executionArn };
}

/** Prints each status until there is an end. */
async function ended(sfn: SFNClient, executionArn: string) {
  for (let unknown = 0; ; await pause()) {
    try {
      const state = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      process.stdout.write(`${state.status}\n`);
      if (state.status !== "RUNNING") return state;
      unknown = 0;
    } catch (error) {
      unknown += 1;
      if (!(error instanceof ExecutionDoesNotExist) || unknown === MAX_UNKNOWN) throw error;
    }
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MS));

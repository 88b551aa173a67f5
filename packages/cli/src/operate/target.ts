import { executionArnOf, NAME_PATTERN, stateMachineVariable } from "@sfs3/sdk/flow";
import type { Command } from "commander";
import { CliError } from "../cli-error.js";
import type { Io } from "../io.js";
import { type Aws, type AwsOptions, connectAws, request, requestUnless } from "./aws.js";

export interface TargetOptions extends AwsOptions {
  readonly bucket?: string;
  readonly stateMachine?: string;
}

/** Where a process lives: each part is found out when it is asked for, and once. */
export interface Target {
  readonly aws: Aws;
  bucket(): Promise<string>;
  stateMachineArn(): Promise<string>;
  /** Of a transaction; an execution's ARN is taken as it is. */
  executionArn(id: string): Promise<string>;
}

/** The options by which every command that operates processes finds them. */
export const addTargetOptions = (command: Command): Command =>
  command
    .option("--endpoint <url>", "where S3 and Step Functions are, such as that of sfs3 dev (default: AWS's variables)")
    .option("--region <name>", "the AWS region (default: AWS_REGION, or the profile's)")
    .option("--bucket <name>", "the bucket of the sidecars (default: BUCKET_NAME, or the only one there)")
    .option(
      "--state-machine <name>",
      "the process's machine, by name or ARN (default: STATE_MACHINE_ARN, or the one that has the process)",
    );

/** @param flow name of the flow that is operated, where it is known: its machine has that name, as long as nobody says otherwise */
export async function openTarget(options: TargetOptions, io: Io, flow?: string): Promise<Target> {
  const aws = await connectAws(options, io);
  const bucket = once(() => findBucket(aws, options, io));
  const stateMachineArn = once(() => findMachine(aws, { options, io, flow }));
  const executionArn = async (id: string) => {
    if (id.startsWith("arn:")) return id;
    checkTransactionId(id);
    const isNamed = flow !== undefined || namedMachine(options, io, flow) !== undefined;
    return isNamed ? executionArnOf(await stateMachineArn(), id) : findExecution(aws, id);
  };
  return { aws, bucket, stateMachineArn, executionArn };
}

function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => {
    found ??= find();
    return found;
  };
}

/** @throws `CliError` */
export function checkTransactionId(id: string): void {
  if (NAME_PATTERN.test(id)) return;
  throw new CliError(`${JSON.stringify(id)} is no transaction id. It has 1 to 64 characters A-Z a-z 0-9 _ -.`);
}

async function findBucket(aws: Aws, { bucket }: TargetOptions, { env }: Io): Promise<string> {
  const named = bucket ?? env.BUCKET_NAME;
  if (named !== undefined && named !== "") return named;
  const wayOut = "Name the bucket of the sidecars: --bucket, or BUCKET_NAME";
  const { Buckets = [] } = await request(aws, "The buckets cannot be listed (or name one: --bucket)", (options) =>
    aws.s3.listBuckets({}, options),
  );
  return onlyOne(
    Buckets.flatMap(({ Name = [] }) => Name),
    wayOut,
  );
}

interface Wanted {
  readonly options: TargetOptions;
  readonly io: Io;
  readonly flow: string | undefined;
}

const namedMachine = ({ stateMachine }: TargetOptions, { env }: Io, flow: string | undefined): string | undefined =>
  stateMachine || (flow && env[stateMachineVariable(flow)]) || env.STATE_MACHINE_ARN || undefined;

const NAME_THE_MACHINE = "Name the process's machine: --state-machine, or STATE_MACHINE_ARN";

async function findMachine(aws: Aws, { options, io, flow }: Wanted): Promise<string> {
  const named = namedMachine(options, io, flow);
  if (named?.startsWith("arn:")) return named;
  const arns = await listMachines(aws);
  const name = named ?? flow;
  if (name === undefined) return onlyOne(arns, NAME_THE_MACHINE);
  const found = arns.find((arn) => machineName(arn) === name);
  if (found !== undefined) return found;
  throw new CliError(`There is no machine '${name}'. ${NAME_THE_MACHINE}. ${listed(arns.map(machineName))}`);
}

async function listMachines(aws: Aws): Promise<readonly string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await request(aws, "The machines cannot be listed (or name one: --state-machine)", (options) =>
      aws.sfn.listStateMachines({ nextToken, maxResults: 1_000 }, options),
    );
    arns.push(...(page.stateMachines ?? []).flatMap(({ stateMachineArn = [] }) => stateMachineArn));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return arns;
}

/** So many machines are asked for an execution; more would be an account's, of which one has to be named. */
const MAX_ASKED = 20;

/** An execution is named after its transaction: the machine that has one of this name has the process. */
async function findExecution(aws: Aws, txnId: string): Promise<string> {
  const machines = await listMachines(aws);
  if (machines.length > MAX_ASKED) throw new CliError(`${NAME_THE_MACHINE}. There are ${machines.length}.`);
  const executions = await Promise.all(
    machines.map(async (machine) => {
      const executionArn = executionArnOf(machine, txnId);
      return (await describeExecution(aws, executionArn)) === undefined ? [] : [executionArn];
    }),
  );
  const [found, other] = executions.flat();
  if (found === undefined) throw unknownExecution(txnId, machines);
  if (other !== undefined) throw new CliError(`Several machines have an execution ${txnId}. ${NAME_THE_MACHINE}.`);
  return found;
}

const unknownExecution = (txnId: string, machines: readonly string[]): CliError =>
  new CliError(
    `There is no execution of transaction ${txnId}. ${listed(machines.map(machineName))} ` +
      "Check the id, --endpoint and --region.",
  );

/** `undefined` where there is no such execution. */
export const describeExecution = (aws: Aws, executionArn: string) =>
  // An Express machine's executions are in its logs only: it says so by this name.
  requestUnless(aws, ["ExecutionDoesNotExist", "InvalidArn"], `${executionArn} cannot be described`, (options) =>
    aws.sfn.describeExecution({ executionArn }, options),
  );

/** `arn:aws:states:<region>:<account>:stateMachine:<name>` */
const machineName = (arn: string): string => arn.split(":")[6] ?? "";

function onlyOne(found: readonly string[], wayOut: string): string {
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  throw new CliError(`${wayOut}. ${listed(found)}`);
}

const MAX_LISTED = 10;

const listed = (names: readonly string[]): string => {
  if (names.length === 0) return "There is none.";
  const more = names.length > MAX_LISTED ? ", ..." : "";
  return `There are: ${names.slice(0, MAX_LISTED).join(", ")}${more}.`;
};

import type { Layout } from "@sfs3/sdk/flow";
import type { Prices } from "./prices.js";
import { trafficOf } from "./traffic.js";
import type { Workload } from "./workload.js";

/** Kinds of state machines, by what Step Functions bills them for. */
export type MachineType = "Standard" | "Express";

/** What is assumed where a run on this machine cannot tell. */
export interface Assumptions {
  readonly executions: number;
  /** Lambda's memory. Unit: MB. */
  readonly memoryMb: number;
  /** What S3 takes to answer a request, beside the time for its bytes. Unit: milliseconds. */
  readonly s3RequestMs: number;
  /** Unit: bytes a second. */
  readonly s3BytesPerSecond: number;
  /** How long data is kept after its process. Unit: days. */
  readonly keepDays: number;
  /** How long a version is kept that another has replaced. Unit: days. */
  readonly keepVersionsDays: number;
}

export interface BillOptions {
  readonly layout: Layout;
  readonly type: MachineType;
  readonly prices: Prices;
  readonly assumptions: Assumptions;
}

type Paid = "Step Functions" | "Lambda requests" | "Lambda time" | "S3 PUT" | "S3 GET" | "S3 storage" | "IoT messages";

/** What the executions cost, by what is paid for. Unit: the currency of the prices. */
export type Bill = Readonly<Record<Paid, number>>;

const MILLION = 1e6;
const GB = 2 ** 30;
const DAYS_A_MONTH = 30;

/** Express bills memory in steps, and duration in steps. Source: AWS Step Functions pricing. */
const EXPRESS_MEMORY_GB = 64 / 1024;
const EXPRESS_STEP_MS = 100;

/** What one execution costs, times their number: list prices, nothing free. */
export function billOf(workload: Workload, { layout, type, prices, assumptions }: BillOptions): Bill {
  const { executions, memoryMb, keepDays, keepVersionsDays } = assumptions;
  const traffic = trafficOf(workload, layout);
  const s3Ms =
    traffic.roundTrips * assumptions.s3RequestMs +
    ((traffic.readBytes + traffic.writtenBytes) / assumptions.s3BytesPerSecond) * 1_000;
  const lambdaMs = workload.visits.reduce((sum, { durationMs }) => sum + durationMs, s3Ms);
  const replacedBytes = traffic.writtenBytes - traffic.storedBytes;
  const gbMonths = (traffic.storedBytes * keepDays + replacedBytes * keepVersionsDays) / GB / DAYS_A_MONTH;
  const perMillion = (count: number, price: number) => ((count * executions) / MILLION) * price;
  return {
    "Step Functions": MACHINE[type](workload, prices, s3Ms) * executions,
    "Lambda requests": perMillion(workload.visits.length, prices.lambdaPerMillionRequests),
    "Lambda time": (lambdaMs / 1_000) * (memoryMb / 1_024) * prices.lambdaPerGbSecond * executions,
    "S3 PUT": perMillion(traffic.puts, prices.s3PerMillionPuts),
    "S3 GET": perMillion(traffic.gets, prices.s3PerMillionGets),
    "S3 storage": gbMonths * prices.s3PerGbMonth * executions,
    // A progress message each visit, and the end of each machine.
    "IoT messages": perMillion(workload.visits.length + workload.machines, prices.iotPerMillionMessages),
  };
}

/** What Step Functions asks for one execution. */
const MACHINE: Readonly<Record<MachineType, (workload: Workload, prices: Prices, s3Ms: number) => number>> = {
  Standard: ({ transitions }, { standardPerMillionTransitions }) =>
    (transitions / MILLION) * standardPerMillionTransitions,
  Express: ({ machines, durationMs }, prices, s3Ms) => {
    const billedMs = Math.ceil((durationMs + s3Ms) / EXPRESS_STEP_MS) * EXPRESS_STEP_MS;
    const duration = (billedMs / 1_000) * EXPRESS_MEMORY_GB * prices.expressPerGbSecond;
    return (machines / MILLION) * prices.expressPerMillionRequests + duration;
  },
};

export const totalOf = (bill: Bill): number => Object.values(bill).reduce((sum, cost) => sum + cost, 0);

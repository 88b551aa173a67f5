import type { FlowDefinition, Layout } from "@sfs3/sdk/flow";
import { type Assumptions, type Bill, billOf, type MachineType, totalOf } from "./bill.js";
import type { Prices } from "./prices.js";
import { type Traffic, trafficOf } from "./traffic.js";
import type { Workload } from "./workload.js";

const LAYOUTS: readonly Layout[] = ["document", "parts"];

/** One way to run the process, and what it costs. */
export interface Offer {
  readonly type: MachineType;
  readonly layout: Layout;
  readonly bill: Bill;
  readonly total: number;
}

/** What `sfs3 cost --json` prints. */
export interface CostReport {
  readonly flow: string;
  readonly prices: Prices;
  readonly assumptions: Assumptions;
  readonly perExecution: {
    readonly transitions: number;
    readonly machines: number;
    readonly invocations: number;
    readonly lambdaMs: number;
    readonly inputBytes: number;
    readonly s3: Readonly<Record<Layout, Traffic>>;
  };
  readonly offers: readonly Offer[];
  /** Why the flow cannot be an Express machine; `null` where it can. */
  readonly notExpress: string | null;
}

export interface ReportOptions {
  readonly flow: FlowDefinition;
  readonly workload: Workload;
  readonly prices: Prices;
  readonly assumptions: Assumptions;
  readonly notExpress: string | undefined;
}

export function reportOf({ flow, workload, prices, assumptions, notExpress }: ReportOptions): CostReport {
  const types: readonly MachineType[] = notExpress === undefined ? ["Standard", "Express"] : ["Standard"];
  const offers = types.flatMap((type) =>
    LAYOUTS.map((layout) => {
      const bill = billOf(workload, { layout, type, prices, assumptions });
      return { type, layout, bill, total: totalOf(bill) };
    }),
  );
  return {
    flow: flow.name,
    prices,
    assumptions,
    perExecution: {
      transitions: workload.transitions,
      machines: workload.machines,
      invocations: workload.visits.length,
      lambdaMs: workload.visits.reduce((sum, { durationMs }) => sum + durationMs, 0),
      inputBytes: workload.inputBytes,
      s3: { document: trafficOf(workload, "document"), parts: trafficOf(workload, "parts") },
    },
    offers,
    notExpress: notExpress ?? null,
  };
}

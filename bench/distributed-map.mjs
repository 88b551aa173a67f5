// 100,000 items on the local stack: a distributed Map that reads JSON Lines from S3 and writes its results back.
// node bench/distributed-map.mjs [--items 100000] [--batch 1]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startLocalStack } from "@sfs3/local";
import { watchMemory } from "./watch-memory.mjs";

const { values } = parseArgs({ options: { items: { type: "string" }, batch: { type: "string" } } });
const items = Number(values.items ?? 100_000);
const batch = Number(values.batch ?? 1);
const MIB = 2 ** 20;

const dataset = (count) =>
  Array.from({ length: count }, (_, index) => `{"order":${index},"customer":"customer-${index % 997}"}\n`).join("");

const definition = JSON.stringify({
  QueryLanguage: "JSONata",
  StartAt: "Orders",
  States: {
    Orders: {
      Type: "Map",
      ItemReader: {
        Resource: "arn:aws:states:::s3:getObject",
        ReaderConfig: { InputType: "JSONL" },
        Arguments: { Bucket: "bench", Key: "orders.jsonl" },
      },
      ...(batch > 1 && { ItemBatcher: { MaxItemsPerBatch: batch } }),
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
        StartAt: "Price",
        States: {
          Price: { Type: "Pass", Output: "{% { 'priced': $count($states.input) } %}", Next: "Done" },
          Done: { Type: "Succeed" },
        },
      },
      ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Arguments: { Bucket: "bench", Prefix: "results" } },
      End: true,
    },
  },
});

async function run(stack) {
  await stack.s3.createBucket("bench");
  await stack.s3.putObject("bench", "orders.jsonl", dataset(items));
  globalThis.gc?.();
  const memory = watchMemory();
  const startedMs = performance.now();
  const { stateMachineArn } = await stack.stepFunctions.createStateMachine({ name: "Bench", definition });
  const { executionArn } = await stack.stepFunctions.startExecution({ stateMachineArn });
  const { status, output, cause } = await stack.stepFunctions.completion(executionArn);
  const seconds = (performance.now() - startedMs) / 1_000;
  const { atRest, peak } = memory();
  if (status !== "SUCCEEDED") throw new Error(`the execution is ${status}: ${cause}`);
  const { ResultWriterDetails } = JSON.parse(output);
  const manifest = JSON.parse((await stack.s3.getObject("bench", ResultWriterDetails.Key)).body.toString());
  const [{ Key, Size }] = manifest.ResultFiles.SUCCEEDED;
  const results = JSON.parse((await stack.s3.getObject("bench", Key)).body.toString());
  if (results.length !== Math.ceil(items / batch)) throw new Error(`${results.length} results were written`);
  const { events } = await stack.stepFunctions.getExecutionHistory({ executionArn });
  return { seconds, atRest, peak, resultBytes: Size, stateBytes: output.length, events: events.length };
}

const dataDir = await mkdtemp(join(tmpdir(), "sfs3-bench-"));
const stack = await startLocalStack({ dataDir });
try {
  const { seconds, atRest, peak, resultBytes, stateBytes, events } = await run(stack);
  const mib = (bytes) => `${(bytes / MIB).toFixed(0)} MiB`;
  process.stdout.write(
    `${items} items, ${batch} to a child: ${seconds.toFixed(1)} s, ${(items / seconds).toFixed(0)} items/s\n`,
  );
  process.stdout.write(`memory (RSS): ${mib(atRest)} at rest, ${mib(peak)} at most, ${mib(peak - atRest)} more\n`);
  process.stdout.write(
    `results written: ${mib(resultBytes)}; the state's own output: ${stateBytes} bytes; history: ${events} events\n`,
  );
} finally {
  await stack.close();
  await rm(dataDir, { recursive: true, force: true });
}

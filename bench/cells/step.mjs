import { readStats, resetStats } from "../stub/start-stub.mjs";
import { cpuMs, peakMb } from "./cpu.mjs";
import { CONTEXT, payloadOf } from "./payload.mjs";

/** A handler at one size, in a process of its own. Answers its parent with the costs of one invocation. */
const { handler: name, processData, warmUpProcessData, iterations, warmUp } = JSON.parse(process.argv[2]);
const url = process.env.AWS_ENDPOINT_URL;

const { handler } = await import(`../handlers/${name}.mjs`);
const invoke = (key) => handler(payloadOf(key, "measured"), CONTEXT);

await invoke(warmUpProcessData);
const coldMs = cpuMs();

for (let done = 1; done < warmUp; done += 1) await invoke(warmUpProcessData);
await resetStats(url);

const cpu = process.cpuUsage();
const start = performance.now();
for (let done = 0; done < iterations; done += 1) await invoke(processData);
const wallMs = (performance.now() - start) / iterations;
const warmMs = cpuMs(cpu) / iterations;

const stats = await readStats(url);
process.send({
  coldMs,
  cpuMs: warmMs,
  wallMs,
  peakMb: peakMb(),
  requests: (stats.requests + stats.publishes) / iterations,
  bytesUp: Math.round(stats.bytesUp / iterations),
  bytesDown: Math.round(stats.bytesDown / iterations),
});
process.disconnect();

/** One cell of the table: a handler at one size, in a fresh process. Prints CPU and wall time per invocation. */
const [, , name, iterations] = process.argv;
const { handler } = await import(`./handlers/${name}.mjs`);
const event = { processData: "0xbench", subtopic: "worker1" };
const WARM_UP = 3;

for (let i = 0; i < WARM_UP; i += 1) await handler(event);
await fetch(`${process.env.AWS_ENDPOINT_URL}/__reset`);

const cpu = process.cpuUsage();
const start = performance.now();
for (let i = 0; i < Number(iterations); i += 1) await handler(event);
const wallMs = performance.now() - start;
const { user, system } = process.cpuUsage(cpu);

const stats = await (await fetch(`${process.env.AWS_ENDPOINT_URL}/__stats`)).json();
const each = (value) => Math.round(value / iterations);
console.log(
  JSON.stringify({
    cpuMs: (user + system) / 1000 / iterations,
    wallMs: wallMs / iterations,
    requests: stats.requests / iterations,
    bytesIn: each(stats.bytesIn),
    bytesOut: each(stats.bytesOut),
  }),
);

/** One cell of the table: a handler at one size, in a process of its own. Answers its parent with the costs of one invocation. */
const [, , name, iterations, warmUp] = process.argv;

const { handler } = await import(`./handlers/${name}.mjs`);
const invoke = () =>
  handler({
    processData: "0xbench",
    subtopic: "worker1",
    sfs3: { execution: "arn:bench", state: "measured", enteredAt: new Date().toISOString(), attempt: 1 },
  });

await invoke();
const cold = milliseconds(process.cpuUsage());

for (let done = 1; done < Number(warmUp); done += 1) await invoke();
await control("reset");

const cpu = process.cpuUsage();
const start = performance.now();
for (let done = 0; done < Number(iterations); done += 1) await invoke();
const wallMs = performance.now() - start;
const cpuMs = milliseconds(process.cpuUsage(cpu));

const stats = await control("stats");
process.send({
  coldMs: cold,
  cpuMs: cpuMs / iterations,
  wallMs: wallMs / iterations,
  peakMb: process.resourceUsage().maxRSS / 1024,
  requests: stats.requests / iterations,
  bytesUp: Math.round(stats.bytesUp / iterations),
  bytesDown: Math.round(stats.bytesDown / iterations),
});
process.disconnect();

function milliseconds({ user, system }) {
  return (user + system) / 1000;
}

async function control(word) {
  return (await fetch(`${process.env.AWS_ENDPOINT_URL}/__${word}`)).json();
}

import type { LocalStack } from "@sfs3/local";
import { stateMachineVariable } from "@sfs3/sdk/flow";

type Environment = Readonly<Record<string, string>>;

/** What a program has to have in its environment to find the stack, its processes and their data. */
export function devEnvironment(stack: LocalStack, flows: readonly string[], bucket: string): Environment {
  const ofFlows = flows.flatMap((name) => {
    const variable = stateMachineVariable(name);
    return [
      [variable, stack.stateMachineArn(name)],
      [variable.replace(/STATE_MACHINE_ARN$/, "START_URL"), startUrl(stack, name)],
    ];
  });
  return {
    ...stack.environment,
    BUCKET_NAME: bucket,
    SFS3_URL: stack.url,
    SFS3_MQTT_URL: stack.mqttWebSocketUrl,
    ...Object.fromEntries(ofFlows),
  };
}

export const startUrl = ({ url }: LocalStack, flow: string): string =>
  `${url}/${encodeURIComponent(flow)}/start-process`;

/** Lines for a shell. */
export const exportLines = (environment: Environment): string =>
  linesOf(environment, ([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`);

/** Lines for `node --env-file`. */
export const envFile = (environment: Environment): string =>
  linesOf(environment, ([name, value]) => `${name}="${value}"`);

const linesOf = (environment: Environment, line: (entry: [string, string]) => string): string =>
  Object.entries(environment)
    .map((entry) => `${line(entry)}\n`)
    .join("");

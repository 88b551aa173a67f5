/** Where the service listens, and how it reaches ProcessA. */
export interface Settings {
  /** 0: any free one. */
  readonly port: number;
  readonly topicRoot: string;
  /** This worker's own part of the topics: it hears of no other's processes. */
  readonly subtopic: string;
  readonly startUrl: string;
  readonly stateUrl: string;
  readonly credentialsUrl: string;
  /** How long a request waits for its process. Unit: milliseconds. */
  readonly timeoutMs: number;
}

/** What `sfs3 dev` serves where nothing else is said. */
const LOCAL_API = "http://127.0.0.1:4599/ProcessA";

const TIMEOUT_MS = 20_000;

export const settingsOf = (env: Readonly<Record<string, string | undefined>>): Settings => ({
  port: portOf(env.PORT ?? "3000"),
  topicRoot: env.TOPIC ?? "processa",
  subtopic: env.WORKER ?? "worker1",
  startUrl: env.START_ENDPOINT ?? `${LOCAL_API}/start-process`,
  stateUrl: env.STATE_ENDPOINT ?? `${LOCAL_API}/process-state`,
  credentialsUrl: env.IOTAUTH_ENDPOINT ?? `${LOCAL_API}/iot/keys`,
  timeoutMs: TIMEOUT_MS,
});

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`PORT is "${text}". Give an integer from 0 to 65535.`);
}

import { createProcessClient, ProcessFailedError, StartError } from "@sfs3/client";

const STEPS = ["a", "b", "c", "d", "e", "f"].map((letter) => `step-${letter}`);
const FACTORS = [1, 2, 3, 4, 5, 6, 7, 8];

/** What is run, with an input of its own for each execution, and what the sidecar must hold of it in the end. */
export const WORKLOADS = [
  {
    name: "ProcessA",
    topicRoot: "processa",
    keyOf: (transactionId) => transactionId,
    input: (index) => ({ foo: `foo ${index}`, bar: `bar ${index}` }),
    isWhole: (document, index) =>
      document.foo === `foo ${index}` &&
      document.bar === `bar ${index}` &&
      STEPS.every((step) => `${step}-output` in document && step in document.$sfs3),
  },
  {
    name: "Wide",
    topicRoot: "wide",
    // More than two writers at once: the flow keeps its data in parts.
    keyOf: (transactionId) => `${transactionId}/`,
    input: (index) => ({ number: index }),
    isWhole: (document, index) =>
      document.number === index &&
      FACTORS.every((factor) => document[`times-${factor}-output`]?.product === factor * index) &&
      document["sum-output"]?.sum === 36 * index,
  },
];

/** A client of one process, as a program beside it has; its MQTT goes by way of the link. */
export const clientOf = ({ name, topicRoot }, { ready, link }) => {
  const base = `${ready.url}/${name}`;
  return createProcessClient({
    startUrl: `${base}/start-process`,
    stateUrl: `${base}/process-state`,
    iot: async () => {
      const credentials = await (await fetch(`${base}/iot/keys`)).json();
      return { ...credentials, iotEndpoint: link.via(credentials.iotEndpoint) };
    },
    topicRoot,
    polling: { offline: { firstMs: 200, maxMs: 1_000 }, online: { firstMs: 5_000, maxMs: 10_000 } },
    // The stack and the link are cut on purpose.
    warn: () => {},
  });
};

/**
 * Starts one process and stays with it to its good end, as an operator would: an execution that was aborted is redriven,
 * and one that failed is followed by another one on the same sidecar, since a redrive would only reach its Fail state
 * again.
 *
 * @returns the transaction, its last execution, and each end that the client was told of
 */
export const carryThrough = async (client, { input, idempotencyKey, redrive, startAnew }) => {
  const { transactionId, executionId, completed } = await startSurely(client, input, idempotencyKey);
  const ends = [];
  let execution = executionId;
  for (let told = completed; ; told = () => client.waitFor(execution)) {
    const end = await told().then(
      () => "SUCCEEDED",
      (error) => {
        if (error instanceof ProcessFailedError) return error.status;
        throw error;
      },
    );
    ends.push(end);
    if (end === "SUCCEEDED") return { transactionId, execution, ends };
    if (end === "ABORTED") await redrive(execution);
    else execution = await startAnew(execution, `${transactionId}-${ends.length}`);
  }
};

/** A start that was not answered may have been made: the same key finds it. */
const startSurely = async (client, input, idempotencyKey) => {
  for (;;) {
    try {
      return await client.start(input, { idempotencyKey });
    } catch (error) {
      if (!(error instanceof StartError) || error.status === 400) throw error;
    }
  }
};

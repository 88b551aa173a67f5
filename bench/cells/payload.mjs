/** What Lambda tells a handler of its call, as far as the measured ones ask. */
export const CONTEXT = { awsRequestId: "bench", functionName: "bench", getRemainingTimeInMillis: () => 60_000 };

/** What a generated machine sends into a Lambda: the pointer, and which state entry this is. */
export const payloadOf = (processData, state) => ({
  processData,
  subtopic: "worker1",
  sfs3: { execution: "arn:bench", state, enteredAt: new Date().toISOString(), attempt: 1 },
});

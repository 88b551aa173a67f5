/**
 * What comes after the signal is not waited for. The client is not told of it: given a signal it prepares each request
 * anew, which is a tenth of a small step's CPU. A write that arrives late is as conditional as any.
 */
export const inTime = async <T>(signal: AbortSignal | undefined, send: () => Promise<T>): Promise<T> => {
  if (signal === undefined) return send();
  signal.throwIfAborted();
  let giveUp = () => {};
  const given = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason);
  });
  signal.addEventListener("abort", giveUp);
  try {
    return await Promise.race([send(), given]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
};

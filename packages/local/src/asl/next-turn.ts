/** Lets the process hear of everything else before work that waits for nothing outside goes on. */
export const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Where modules leave how they forget what they keep for the life of a container. */
const forgetting: (() => void)[] = [];
Reflect.set(globalThis, "simulatedColdStart", (forget: () => void) => void forgetting.push(forget));

/** A new container: what modules keep is as it was when they were loaded. */
export const startCold = (): void => {
  for (const forget of forgetting) forget();
};

/** The most memory in use until it is asked for. Unit: bytes. */
export function watchMemory() {
  const atRest = process.memoryUsage.rss();
  let peak = atRest;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  return () => {
    clearInterval(timer);
    return { atRest, peak: Math.max(peak, process.memoryUsage.rss()) };
  };
}

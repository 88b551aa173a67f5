/** What this process has used since it began, or since `before`: user and system. Milliseconds. */
export function cpuMs(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The most memory that this process ever held. MiB. */
export const peakMb = () => process.resourceUsage().maxRSS / 1024;

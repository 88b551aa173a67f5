/**
 * A new transaction's id, `0x` and 32 hexadecimal digits: unique, and random at its head, as S3 partitions by prefix.
 * It is the sidecar's key and the execution's name.
 */
export const newTransactionId = (): string => `0x${crypto.randomUUID().replaceAll("-", "")}`;

/**
 * A new transaction's id, `0x` and 32 hexadecimal digits behind the prefix, where there is one: unique, and random at its
 * head, as S3 partitions by what keys begin with. It is the sidecar's key and the execution's name.
 */
export const newTransactionId = (prefix = ""): string => `${prefix}0x${crypto.randomUUID().replaceAll("-", "")}`;

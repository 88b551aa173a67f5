/**
 * Each blob has one tag. A lifecycle rule takes those away that are still uncommitted after a day: their step failed, or
 * another attempt's output stands.
 */
const TAG = "sfs3";

export const UNCOMMITTED = { Key: TAG, Value: "uncommitted" } as const;
export const COMMITTED = { Key: TAG, Value: "committed" } as const;

/** As the header `x-amz-tagging` has it. */
export const taggingHeader = ({ Key, Value }: typeof UNCOMMITTED): string => `${Key}=${Value}`;

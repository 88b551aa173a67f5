import { rm } from "node:fs/promises";

/** Makes something at a staging path and moves it from there; where that fails, as on a full disk, nothing is left of it. */
export async function leavingNothing<TResult>(path: string, make: () => Promise<TResult>): Promise<TResult> {
  try {
    return await make();
  } catch (error) {
    // Of the two failures the first is the one to know; what stays is removed when the folder is opened next.
    await rm(path, { recursive: true, force: true }).catch(() => {});
    throw error;
  }
}

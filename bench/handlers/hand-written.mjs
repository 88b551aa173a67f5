import { createHandler } from "./create-hand-written.mjs";

export const handler = createHandler();

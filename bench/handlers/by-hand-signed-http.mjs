import { signedHttp } from "../clients/signed-http.mjs";
import { createHandler } from "./create-by-hand.mjs";

export const handler = createHandler(signedHttp);

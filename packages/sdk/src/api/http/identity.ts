import { isObject } from "../../json-object.js";
import { Problem } from "./problem.js";
import type { HttpRequest } from "./request.js";

/** Who sent a request, as the API's own authorizer has found out. */
export interface Identity {
  /** Unique with the issuer: an IAM principal's ARN, or a token's `sub`. */
  readonly subject: string;
  /** A token's `iss`; absent for IAM. */
  readonly issuer?: string;
  /** A token's claims; empty for IAM. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Finds out who sent a request; `undefined` where nobody is known to. */
export type Identify = (request: HttpRequest) => Identity | undefined | Promise<Identity | undefined>;

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {});

/**
 * IAM or a JWT authorizer, of any of the three events. API Gateway has verified both before the handler is invoked; a
 * header is never believed.
 *
 * Source: API Gateway Developer Guide, "Lambda integrations for HTTP APIs" and "Input format of a Lambda function for
 * proxy integration".
 */
export const identifyByAuthorizer: Identify = ({ requestContext }) => {
  const authorizer = fieldsOf(requestContext.authorizer);
  const userArn = fieldsOf(authorizer.iam).userArn ?? fieldsOf(requestContext.identity).userArn;
  if (typeof userArn === "string" && userArn !== "") return { subject: userArn, claims: {} };
  const claims = fieldsOf(fieldsOf(authorizer.jwt).claims ?? authorizer.claims);
  const { sub, iss } = claims;
  if (typeof sub !== "string" || sub === "") return undefined;
  return { subject: sub, ...(typeof iss === "string" && { issuer: iss }), claims };
};

/** @throws Problem `unauthenticated` */
export const requireIdentity = async (identify: Identify, request: HttpRequest): Promise<Identity> => {
  const identity = await identify(request);
  if (identity !== undefined) return identity;
  throw new Problem(
    "unauthenticated",
    "The request has no identity: let the API authenticate it, by IAM or a JWT authorizer.",
    { headers: { "www-authenticate": "Bearer" } },
  );
};

import type { IncomingMessage } from "node:http";
import { type HttpHandler, pathOf, urlOf } from "./answer.js";
import { AwsError } from "./aws-error.js";
import { credentialScope } from "./signature.js";

/** One row of the table of services. */
export interface Service {
  readonly name: string;
  /** Names under which clients sign for it. */
  readonly signingNames: readonly string[];
  /** What an unsigned request is known by: start of its `X-Amz-Target`, or its path. */
  readonly target?: string;
  readonly path?: RegExp;
  /** Whether a request has to be signed. S3 refuses unsigned ones itself, in XML. Default: `false`. */
  readonly isSigned?: boolean;
  readonly handle: HttpHandler;
}

/** Hands a request to the service that it was signed for or, unsigned, that its target or path belongs to. */
export function dispatcher(services: readonly Service[]): HttpHandler {
  return (request, response) => serviceFor(services, request).handle(request, response);
}

function serviceFor(services: readonly Service[], request: IncomingMessage): Service {
  const url = urlOf(request);
  if (url === undefined) {
    throw new AwsError("InvalidRequestException", { status: 400, message: `${pathOf(request)} is not a valid path.` });
  }
  const scope = credentialScope(request.headers, url.searchParams);
  const service = scope ? bySigningName(services, scope.service) : byAddress(services, request, url.pathname);
  if (service?.isSigned && scope === undefined) throw unsigned(request);
  return service ?? refuse(services, request, scope?.service);
}

/** As AWS answers: a signature that is there and cannot be read is another matter than none. */
function unsigned({ headers }: IncomingMessage): AwsError {
  if (headers.authorization === undefined) {
    const message = "Missing Authentication Token";
    return new AwsError("MissingAuthenticationTokenException", { status: 403, message });
  }
  const message =
    "Authorization header requires 'Credential' parameter of the form <key>/<date>/<region>/<service>/aws4_request.";
  return new AwsError("IncompleteSignatureException", { status: 403, message });
}

const bySigningName = (services: readonly Service[], name: string) =>
  services.find(({ signingNames }) => signingNames.includes(name));

function byAddress(services: readonly Service[], { headers }: IncomingMessage, path: string): Service | undefined {
  const target = String(headers["x-amz-target"] ?? "");
  if (target !== "") return services.find((service) => service.target && target.startsWith(service.target));
  return services.find((service) => service.path?.test(path));
}

function refuse(services: readonly Service[], request: IncomingMessage, service: string | undefined): never {
  const served = `This stack serves ${services.map(({ name }) => name).join(", ")}.`;
  if (service !== undefined) {
    const message = `The service "${service}", which ${request.method} ${pathOf(request)} is signed for, is not served. ${served}`;
    throw new AwsError("NotImplementedException", { status: 501, message });
  }
  const target = request.headers["x-amz-target"];
  const asked = `${request.method} ${pathOf(request)}${target ? ` with X-Amz-Target ${target}` : ""}`;
  throw new AwsError("UnknownOperationException", { status: 404, message: `Nothing is served at ${asked}. ${served}` });
}

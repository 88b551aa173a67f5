/** A request as a service gets it, whole. */
export interface HttpRequest {
  readonly method: string;
  /** Percent-decoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string | readonly string[] | null>>;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export const answer = (
  status: number,
  body: string | Buffer = "",
  headers: HttpAnswer["headers"] = {},
): HttpAnswer => ({
  status,
  headers,
  body: Buffer.from(body),
});

/** As AWS's JSON protocols refuse. */
export const jsonRefusal = (status: number, code: string, message = code): HttpAnswer =>
  answer(status, JSON.stringify({ __type: code, message }), { "x-amzn-errortype": code });

/** As S3 refuses. */
export const xmlRefusal = (status: number, code: string): HttpAnswer =>
  answer(status, `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`, {
    "content-type": "application/xml",
  });

import http from "node:http";
import https from "node:https";
import aws4 from "aws4";

const endpoint = new URL(process.env.AWS_ENDPOINT_URL);
const { request, Agent } = endpoint.protocol === "https:" ? https : http;
const agent = new Agent({ keepAlive: true });
const credentials = {
  accessKeyId: process.env.AWS_ACCESS_KEY_ID,
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
  sessionToken: process.env.AWS_SESSION_TOKEN,
};

/**
 * A request over node:http, signed by aws4: the least that AWS can be spoken to with. No retries, no chain of credentials. Pieces of a
 * body that lie apart in memory are sent as they lie. Resolves to the answer as it begins, and rejects, as the AWS clients do,
 * with the service's code as the error's name.
 */
export async function signedRequest(unsigned, pieces = []) {
  const { method, path, headers } = aws4.sign(
    { ...unsigned, host: endpoint.host, region: process.env.AWS_REGION },
    credentials,
  );
  const response = await new Promise((resolve, reject) => {
    const { hostname, port } = endpoint;
    const sent = request({ hostname, port, method, path, headers, agent, signal: unsigned.signal }, resolve);
    sent.on("error", reject);
    for (const piece of pieces) sent.write(piece);
    sent.end();
  });
  if (response.statusCode < 300) return response;
  const text = (await bytesOf(response)).toString("utf8");
  const name = /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? (response.statusCode === 404 ? "NotFound" : "UnknownError");
  const error = new Error(`${method} ${path} was answered ${response.statusCode}: ${text}`);
  throw Object.assign(error, { name, $metadata: { httpStatusCode: response.statusCode } });
}

export async function bytesOf(response) {
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

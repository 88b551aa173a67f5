/** What a client streams comes in signed or trailed chunks: `<hex length>[;extension]\r\n<bytes>\r\n`, the last one empty. */
export function decodeAwsChunked(headers, received) {
  const isChunked = headers["x-amz-content-sha256"]?.startsWith("STREAMING-") ?? false;
  if (!isChunked) return received;
  const chunks = [];
  let at = 0;
  for (;;) {
    const lineEnd = received.indexOf("\r\n", at);
    const length = Number.parseInt(received.toString("latin1", at, lineEnd), 16);
    if (!(length > 0)) return Buffer.concat(chunks);
    chunks.push(received.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
}

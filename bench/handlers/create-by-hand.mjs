/**
 * GET, merge, conditional PUT, publish: what a careful team writes by hand, without retry, journal, log or check.
 * `parse` and `render` are where zod comes in; `isConditional: false` leaves out the guard against lost updates.
 */
export const createHandler =
  (client, { parse = (document) => document, render = (output) => output, isConditional = true } = {}) =>
  async (event) => {
    const key = event.processData;
    const { text, etag } = await client.get(key);
    const document = JSON.parse(text);
    const data = parse(document);
    document["measured-output"] = render({ count: data["step-1-output"].records.length });
    await client.put(key, JSON.stringify(document), isConditional ? etag : undefined);
    await publishProgress(client, key);
    return event;
  };

export function publishProgress(client, key) {
  const progress = { step: "measured", status: "SUCCEEDED", at: new Date().toISOString() };
  return client.publish(`bench/${key}/measured`, JSON.stringify(progress));
}

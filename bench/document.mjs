const CITIES = ["Berlin", "Poznań", "Zürich", "Łódź", "Malmö"];

/** A record as they come: short strings, numbers, a list, an object, an escape and a letter beyond ASCII here and there. */
const record = (index) => ({
  id: `record-${String(index).padStart(8, "0")}`,
  amount: ((index * 7919) % 100_000) / 100,
  open: index % 3 === 0,
  tags: ["order", `region-${index % 17}`],
  address: { city: CITIES[index % CITIES.length], zip: index % 5 === 0 ? null : String(10_000 + (index % 90_000)) },
  note: `Delivered to the "back door", line ${index}`,
});

/** Records of about `bytes` bytes of JSON. */
export function createRecords(bytes) {
  const records = [];
  let length = 2;
  for (let index = 0; length < bytes; index += 1) {
    const next = record(index);
    records.push(next);
    length += Buffer.byteLength(JSON.stringify(next)) + 1;
  }
  return records;
}

/** A document of about `bytes` bytes: an input, a small output that the step reads, and a bulky one that it does not. */
export function createDocument(bytes) {
  const small = { foo: "x", "step-1-output": { records: [{ id: "a", n: 1 }] }, "step-2-output": { records: [] } };
  const records = createRecords(bytes - Buffer.byteLength(JSON.stringify(small)) + 2);
  return { ...small, "step-2-output": { records } };
}

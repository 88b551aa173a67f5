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

/** Step names, transaction ids and subtopics: safe in an S3 key, an MQTT topic level and an execution name. */
export const NAME_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

/** The sidecar key under which a step's output lies unless the step says otherwise. */
export const defaultOutputKey = <TName extends string>(step: TName): `${TName}-output` => `${step}-output`;

/** The sidecar's reserved key; under it lies the journal. */
export const JOURNAL_KEY = "$sfs3";

/** Step names, transaction ids and subtopics: safe in an S3 key, an MQTT topic level and an execution name. */
export const NAME_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

/** What a transaction's id may begin with in a shared bucket: a random id of 34 characters follows. */
export const TRANSACTION_PREFIX_PATTERN = /^[A-Za-z0-9_-]{0,30}$/;

/**
 * IoT Core takes topics of 256 bytes and 7 slashes; subtopic, transaction and step below the root need up to 195 and 3.
 */
export const TOPIC_ROOT_PATTERN = /^(?=.{1,61}$)[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+){0,3}$/;

/** The sidecar key under which a step's output lies unless the step says otherwise. */
export const defaultOutputKey = <TName extends string>(step: TName): `${TName}-output` => `${step}-output`;

/** The sidecar's reserved key; under it lies the journal. */
export const JOURNAL_KEY = "$sfs3";

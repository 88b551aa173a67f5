import { S3Error } from "../errors.js";

const always = () => true;
const isGrant = (value: string) => value !== "private" && value !== "bucket-owner-full-control";

/** Headers that ask for what is not implemented; ignoring one would do something else than was asked. */
const REFUSED: readonly (readonly [name: RegExp, isRefused: (value: string) => boolean])[] = [
  [/^x-amz-acl$/, isGrant],
  [/^x-amz-grant-/, always],
  [/^x-amz-object-lock-/, always],
  [/^x-amz-bucket-object-lock-/, (value) => value !== "false"],
  [/^x-amz-object-ownership$/, (value) => value !== "BucketOwnerEnforced"],
  [/^x-amz-website-redirect-location$/, always],
  [/^x-amz-server-side-encryption-(?:customer-|context)/, always],
  [/^x-amz-copy-source-server-side-encryption-/, always],
  [/^x-amz-(?:source-)?expected-bucket-owner$/, always],
  [/^x-amz-write-offset-bytes$/, always],
  [/^x-amz-if-match-/, always],
  [/^x-amz-mfa$/, always],
];

/** @throws S3Error `NotImplemented`, naming the header */
export function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    const refused = REFUSED.some(([pattern, isRefused]) => pattern.test(name) && isRefused(value));
    if (refused) throw new S3Error("NotImplemented", { details: { Header: name } });
  }
}

/** In a bucket's folder, holds a folder for each multipart upload in progress; no object's file starts with a dot. */
export const UPLOADS_FOLDER = ".uploads";

/** The file in an upload's folder that makes it one. */
export const UPLOAD_FILE = "upload.json";

/** How the name of every part's file ends. */
export const PART_FILE_SUFFIX = ".part";

export function partFileName(partNumber: number): string {
  return `${String(partNumber).padStart(5, "0")}${PART_FILE_SUFFIX}`;
}

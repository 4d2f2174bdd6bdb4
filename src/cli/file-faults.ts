/** The code of an error of the system, or what it says of itself. */
export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

/** What the system means. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the disk may only be read',
  ENOSPC: 'the disk is full',
  EDQUOT: 'this user has no room left',
  ENAMETOOLONG: 'its name is too long',
};

const reasonOf = (error: unknown): string => REASONS[codeOf(error)] ?? codeOf(error);

export const unreadable = (file: string, error: unknown): Error =>
  new Error(`${file} cannot be read: ${reasonOf(error)}.`);
export const unwritable = (file: string, error: unknown): Error =>
  new Error(`${file} cannot be written: ${reasonOf(error)}.`);

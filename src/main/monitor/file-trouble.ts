/** What went wrong with a file, for people. */

/** The reason, by the system's error. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error))
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  EFBIG: 'the file would be larger than the system allows',
  EIO: 'the device failed (EIO)',
  EROFS: 'it is on a read-only file system',
  EACCES: 'you have no permission',
  EPERM: 'the system does not permit it',
  ENOTDIR: 'a part of its path is a file, not a folder',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  EPIPE: 'nobody reads it',
  EBADF: 'it is not open for writing',
  ENXIO: 'nothing is behind it',
}

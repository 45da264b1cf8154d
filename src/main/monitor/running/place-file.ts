/** Reads the file that names the socket. The data folder may come from somebody else, so opening never waits for a writer. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Place } from './place.ts'
import { MAX_PLACE_BYTES, placeSchema } from './place.ts'

/** Opening a FIFO would wait for its writer, and a link may lead anywhere. Windows has neither flag, and needs none. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW

/** What the file says; null where it is missing or not one of ours. Never rejects. */
export async function readPlace(path: string): Promise<Place | null> {
  try {
    const file = await open(path, FLAGS)
    try {
      if (!(await file.stat()).isFile()) return null
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_PLACE_BYTES))
      return parse(buffer.subarray(0, bytesRead))
    } finally {
      await file.close()
    }
  } catch {
    return null
  }
}

/** The same, at once. */
export function readPlaceSync(path: string): Place | null {
  try {
    const file = openSync(path, FLAGS)
    try {
      if (!fstatSync(file).isFile()) return null
      const buffer = Buffer.alloc(MAX_PLACE_BYTES)
      return parse(buffer.subarray(0, readSync(file, buffer)))
    } finally {
      closeSync(file)
    }
  } catch {
    return null
  }
}

function parse(bytes: Buffer): Place {
  return placeSchema.parse(JSON.parse(bytes.toString('utf8')))
}

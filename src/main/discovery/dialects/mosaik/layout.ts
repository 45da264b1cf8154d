/** Which fields the entries of a version of mosaik have (rule MO4), and where an entry ends, whatever it says. */
import { InvalidArgument, LimitExceeded, MalformedMessage } from '../../../../shared/errors.ts'
import { KEY_BYTES } from '../../../../shared/ids.ts'
import type { PostcardReader } from '../../../../shared/postcard.ts'
import { SIGNATURE_BYTES } from '../../entry/entry.ts'

/** How the entries of a line of versions are laid out. */
export interface Layout {
  /** Whether there are functions, between streams and groups. */
  readonly functions: boolean
  /** Whether the data of a custom address is an enum, of data that is kept inline or not; else it is plain bytes. */
  readonly customEnum: boolean
}

/** mosaik 0.3.x, with iroh up to 1.0. */
export const LAYOUT_0_3: Layout = { functions: false, customEnum: true }
/** mosaik 0.4.x, with iroh 1.1 and later. */
export const LAYOUT_0_4: Layout = { functions: true, customEnum: false }

/**
 * An entry that mosaik keeps and passes on, and we do not take: of a version that we do not know, or with something in it that
 * we keep no place for. Who passes it on did nothing wrong.
 */
export class ForeignEntry extends MalformedMessage {}

/** Rule MO12: whether it is the error of an entry that mosaik keeps, and passes on. */
export function isForeign(error: unknown): error is ForeignEntry | LimitExceeded {
  return error instanceof ForeignEntry || error instanceof LimitExceeded
}

/** As the crate semver reads versions: the three numbers, `-` and what comes before the release, `+` and the build. */
const SEMVER = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/
const MOST_U64 = 2n ** 64n - 1n

/** Whether mosaik takes the text for a version: as the crate semver, without leading zeros, in numbers of 64 bits. */
export function isSemver(text: string): boolean {
  const found = SEMVER.exec(text)
  if (found === null) return false
  const [, major = '', minor = '', patch = '', pre = ''] = found
  const numbers = [major, minor, patch]
  if (!numbers.every((digits) => isPlain(digits) && BigInt(digits) <= MOST_U64)) return false
  return pre === '' || pre.split('.').every((part) => !/^\d+$/.test(part) || isPlain(part))
}

/**
 * The layout of the entries that state this version.
 * @throws ForeignEntry for a version of another line, MalformedMessage for what is not a version
 */
export function layoutOf(protocolVersion: string): Layout {
  if (!isSemver(protocolVersion))
    throw new MalformedMessage('the protocol version of an entry is not a semantic version')
  if (protocolVersion.startsWith('0.4.')) return LAYOUT_0_4
  if (protocolVersion.startsWith('0.3.')) return LAYOUT_0_3
  throw new ForeignEntry(`entries of mosaik ${protocolVersion} are not known: 0.3.x and 0.4.x are`)
}

/**
 * The layout of our own entries.
 * @throws InvalidArgument
 */
export function ownLayoutOf(protocolVersion: string): Layout {
  try {
    return layoutOf(protocolVersion)
  } catch (error) {
    throw new InvalidArgument(
      `'${protocolVersion}' is not a version of mosaik that is known: give one of 0.3.x or 0.4.x`,
      {
        cause: error,
      },
    )
  }
}

/**
 * Passes a signed entry over.
 * @returns the layout of the line of versions that it states, null for another line
 * @throws MalformedMessage where the bytes end before it does
 */
export function skipSignedEntry(reader: PostcardReader, layout: Layout): Layout | null {
  const [zero, dot, minor, end] = reader.fixed(anyCount(reader))
  reader.fixed(KEY_BYTES)
  reader.u64()
  reader.u64()
  reader.fixed(KEY_BYTES)
  for (let left = anyCount(reader); left > 0; left -= 1) skipAddress(reader, layout)
  const sets = layout.functions ? 4 : 3
  for (let set = 0; set < sets; set += 1) reader.fixed(anyCount(reader) * KEY_BYTES)
  for (let left = anyCount(reader); left > 0; left -= 1) {
    reader.fixed(2 * KEY_BYTES)
    skipBytes(reader)
  }
  reader.fixed(SIGNATURE_BYTES)
  if (zero !== ZERO || dot !== DOT || end !== DOT) return null
  return minor === ZERO + 4 ? LAYOUT_0_4 : minor === ZERO + 3 ? LAYOUT_0_3 : null
}

/** Characters of `0.4.`. */
const ZERO = 0x30
const DOT = 0x2e

function skipAddress(reader: PostcardReader, layout: Layout): void {
  switch (reader.variant(3, 'kind of address')) {
    case 0:
      skipBytes(reader)
      break
    case 1:
      reader.fixed(reader.variant(2, 'kind of IP address') === 0 ? 4 : 16)
      reader.u16()
      break
    default:
      reader.u64()
      // Inline data is a length and always the same room for it.
      if (layout.customEnum && reader.variant(2, 'kind of data') === 0) reader.fixed(31)
      else skipBytes(reader)
  }
}

function skipBytes(reader: PostcardReader): void {
  reader.fixed(anyCount(reader))
}

/** What is left bounds what is read: each item has a byte at least. */
function anyCount(reader: PostcardReader): number {
  const count = reader.count(Infinity, 'items')
  if (count > reader.remaining) throw new MalformedMessage('the bytes end too early')
  return count
}

function isPlain(digits: string): boolean {
  return digits === '0' || !digits.startsWith('0')
}

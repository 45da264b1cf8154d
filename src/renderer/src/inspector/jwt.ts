/** JSON Web Tokens in tickets: read, never trusted. What others send may be anything. */
import { hidesSomething, jsonText } from '../../../shared/visible-text.ts'

/** Largest token that is looked at, in bytes; tickets are smaller. */
const MAX_BYTES = 8192
/** Deepest nesting that is shown. */
const MAX_DEPTH = 16
/** Moments that a date can show, in milliseconds since the epoch. */
const MAX_DATE = 8.64e15

/** A token's parts. Its signature was not checked. */
export interface Jwt {
  /** As JSON, indented. */
  readonly header: string
  readonly claims: string
  /** `exp` and `nbf`, milliseconds since the epoch; null where there is none that can be meant. */
  readonly expiresAt: number | null
  readonly notBefore: number | null
}

/** The token in the bytes, or null when they are none. */
export function decodeJwt(bytes: Uint8Array): Jwt | null {
  if (bytes.length > MAX_BYTES) return null
  const text = decodeUtf8(bytes)
  const match = text === null ? null : /^([\w-]+)\.([\w-]+)\.([\w-]*)$/.exec(text.trim())
  const header = objectIn(match?.[1])
  const claims = objectIn(match?.[2])
  // Every token names its algorithm: without it two dots say little.
  if (header === null || claims === null || typeof header['alg'] !== 'string') return null
  const shown = { header: indented(header), claims: indented(claims) }
  if (shown.header === null || shown.claims === null) return null
  return {
    header: shown.header,
    claims: shown.claims,
    expiresAt: momentIn(claims['exp']),
    notBefore: momentIn(claims['nbf']),
  }
}

/** Bytes as text when all of it can be shown; else null. */
export function readableText(bytes: Uint8Array): string | null {
  const text = decodeUtf8(bytes)
  return text === null || text === '' || hidesSomething(text.replaceAll(/[\t\n\r]/g, ' ')) ? null : text
}

/** Bytes written as hex; what is no hex is left out. */
export function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/[0-9a-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16))
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

function objectIn(part: string | undefined): Readonly<Record<string, unknown>> | null {
  if (part === undefined) return null
  try {
    const base64 = part.replaceAll('-', '+').replaceAll('_', '/')
    const text = decodeUtf8(Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0)))
    const value: unknown = JSON.parse(text ?? '')
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Readonly<Record<string, unknown>>) : null
  } catch {
    return null
  }
}

/** As JSON, with everything escaped that does not show; null when it is nested too deep. */
function indented(value: object): string | null {
  if (depth(value, 0) > MAX_DEPTH) return null
  return jsonText(value, 2)
}

function depth(value: unknown, above: number): number {
  if (typeof value !== 'object' || value === null || above > MAX_DEPTH) return above
  return Object.values(value).reduce<number>((deepest, one) => Math.max(deepest, depth(one, above + 1)), above + 1)
}

/** A NumericDate (RFC 7519): seconds since the epoch. */
function momentIn(value: unknown): number | null {
  if (typeof value !== 'number') return null
  const at = value * 1000
  return Number.isFinite(at) && Math.abs(at) <= MAX_DATE ? at : null
}

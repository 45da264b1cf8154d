/** Looks at what a page sends before the contract's library does, which takes a malformed message for a defect of its own. */

/** Largest message from a page, in characters. */
export const MAX_REQUEST = 1024 * 1024

/** Kinds of messages that a page may send: a request, a part of a stream, an end. */
const KINDS = new Set<unknown>([undefined, 1, 3, 4])

/** Whether this is a message that the contract's client would send. */
export function isRequestMessage(data: unknown): boolean {
  if (typeof data !== 'string' || data.length > MAX_REQUEST) return false
  let message: unknown
  try {
    message = JSON.parse(data)
  } catch {
    return false
  }
  if (!isRecord(message) || typeof message['i'] !== 'string' || !KINDS.has(message['t'])) return false
  const payload = message['p']
  if (message['t'] === 4) return true
  if (!isRecord(payload)) return false
  if (message['t'] === 3) return typeof payload['e'] === 'string'
  const { u: url, h: headers, m: method } = payload
  return (
    typeof url === 'string' &&
    url.startsWith('/') &&
    (headers === undefined || isRecord(headers)) &&
    (method === undefined || typeof method === 'string')
  )
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

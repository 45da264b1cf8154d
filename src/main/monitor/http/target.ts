/** What a request asks for, as far as our servers answer any. */
import type { IncomingMessage } from 'node:http'

/**
 * The path of a request, without its query; null for any other target: the absolute form and `*` are for proxies, and
 * `//` would be read as another host's name.
 */
export function pathOf({ url = '' }: Pick<IncomingMessage, 'url'>): string | null {
  if (!url.startsWith('/')) return null
  const end = url.search(/[?#]/)
  return end === -1 ? url : url.slice(0, end)
}

/** Whether more comes with a request than its head: nothing that we answer has a body. */
export function hasBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) !== 0)
}

/** Where metrics are served. Without the server, whose module every command would load. */
import { isIP } from 'node:net'
import { InvalidArgument } from '../../../shared/errors.ts'

/** Where to serve. */
export interface Endpoint {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
}

/**
 * `127.0.0.1:9464`, `[::1]:9464`, or a port alone for 127.0.0.1.
 * @throws InvalidArgument
 */
export function parseEndpoint(text: string): Endpoint {
  const match = /^(?:(?:\[([^\]]+)\]|([^:\s]+)):)?(\d{1,5})$/.exec(text.trim())
  const host = match?.[1] ?? match?.[2] ?? '127.0.0.1'
  const port = Number(match?.[3])
  if (match === null || port > 65_535 || (isIP(host) === 0 && host !== 'localhost'))
    throw new InvalidArgument(`'${text}' is not an address and port; write 127.0.0.1:9464`)
  return { host, port }
}

import { LimitExceeded, MalformedMessage } from '../../../../../shared/errors.ts'

/** A message type that protons generated. */
export interface MessageType<T> {
  decode(bytes: Uint8Array): T
}

/**
 * Decodes a message of others; whatever the decoder throws becomes one of our errors. Byte fields are views into `bytes`.
 * @param limits what the .proto file allows for each repeated field, for the error's text
 * @throws LimitExceeded when a repeated field is too long, MalformedMessage
 */
export function decodeMessage<T>(
  type: MessageType<T>,
  bytes: Uint8Array,
  limits: Readonly<Record<string, number>> = {},
): T {
  try {
    return type.decode(bytes)
  } catch (error) {
    throw asOurs(error, limits)
  }
}

const TOO_MANY = /repeated field "([A-Za-z]+)" had too many elements/

function asOurs(error: unknown, limits: Readonly<Record<string, number>>): Error {
  const text = error instanceof Error ? error.message : String(error)
  const field = TOO_MANY.exec(text)?.[1]
  if (field !== undefined) return new LimitExceeded(field, limits[field] ?? 0)
  return new MalformedMessage(`not a message of this protocol: ${text.slice(0, 200)}`, { cause: error })
}

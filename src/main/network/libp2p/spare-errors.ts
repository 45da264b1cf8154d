/**
 * Noise reads the length of its next frame also where nothing has come of it yet, which is so after nearly every packet, and
 * libp2p says so with a new error each time (@libp2p/utils 7.4). The stack in it takes ten times as long as all else that reading
 * costs. Here it is always the same error.
 */

/** Bytes of a length. */
const LENGTH_BYTES = 2
const TOO_FEW = new RangeError('the length of the next frame has not come yet')

/** What of a connection of noise is used here; its types leave it out. */
interface Encrypted {
  readonly decoder?: { lengthDecoder?: (data: { readonly byteLength: number }) => number }
}

/** Has the connection make no errors for what has not come. Fine where another version of noise has no such part. */
export function spareErrors(connection: object): void {
  const { decoder } = connection as Encrypted
  const decode = decoder?.lengthDecoder
  if (decoder === undefined || decode === undefined) return
  decoder.lengthDecoder = (data) => {
    if (data.byteLength < LENGTH_BYTES) throw TOO_FEW
    return decode(data)
  }
}

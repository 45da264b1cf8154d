/**
 * Tabs of one browser share the token of the browser host: a link that was copied to another tab leads to a place and carries no
 * token. Only pages of the same origin hear each other here, and only one whose socket is open tells its token. A page that an
 * earlier server on the same port left open is of that origin too (docs/security.md).
 */

/** Why a page without a token cannot connect. */
export const NO_TOKEN = 'this page has no token; open the address that Peerscope printed'

/** What tabs tell each other. */
type Told =
  /** One that has no token, or a wrong one, asks. */
  | { readonly kind: 'who has it' }
  /** One is connected: who waits may ask. */
  | { readonly kind: 'connected' }
  | { readonly kind: 'token'; readonly token: string }

/** How tabs hear each other. */
export interface TokenChannel {
  tell(message: unknown): void
  onTold(listener: (message: unknown) => void): void
}

/** All pages of this origin in this browser. */
export function tokenChannel(): TokenChannel {
  const channel = new BroadcastChannel('peerscope.token')
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- such a channel is of one origin
    tell: (message) => channel.postMessage(message),
    onTold: (listener) => channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => listener(data)),
  }
}

/** The tab's part. */
export interface TokenSharing {
  /** Its socket is open: from now on it tells the token to tabs that ask. */
  opened(): void
  closed(): void
  /** It cannot connect: it asks the other tabs now, and each that connects later. */
  refused(): void
}

/**
 * Joins the tabs on the channel.
 * @param token that of this tab; empty for none
 * @param onToken is called once, with another token than this tab's
 */
export function shareToken(channel: TokenChannel, token: string, onToken: (token: string) => void): TokenSharing {
  let state: 'trying' | 'open' | 'refused' | 'done' = 'trying'
  const tell = (message: Told): void => channel.tell(message)
  channel.onTold((data) => {
    const message = toldIn(data)
    if (message?.kind === 'who has it' && state === 'open') tell({ kind: 'token', token })
    if (message?.kind === 'connected' && state === 'refused') tell({ kind: 'who has it' })
    if (message?.kind === 'token' && state === 'refused' && message.token !== token) {
      state = 'done'
      onToken(message.token)
    }
  })
  return {
    opened: () => {
      state = 'open'
      tell({ kind: 'connected' })
    },
    closed: () => {
      if (state === 'open') state = 'trying'
    },
    refused: () => {
      if (state === 'done') return
      state = 'refused'
      tell({ kind: 'who has it' })
    },
  }
}

/** A token as hosts make them. */
const TOKEN = /^[\w-]{16,512}$/

function toldIn(data: unknown): Told | null {
  if (typeof data !== 'object' || data === null || !('kind' in data)) return null
  if (data.kind === 'who has it' || data.kind === 'connected') return { kind: data.kind }
  const token = 'token' in data && data.kind === 'token' ? data.token : null
  return typeof token === 'string' && TOKEN.test(token) ? { kind: 'token', token } : null
}

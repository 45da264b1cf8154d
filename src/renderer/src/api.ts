import { createORPCClient } from '@orpc/client'
import type { ClientContext, ClientLink } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import { PORT_MESSAGE } from '../../shared/desktop-binding.ts'
import { Unavailable } from '../../shared/errors.ts'
import {
  HOST_ENDED,
  SOCKET_ONLY,
  TOKEN_FRAGMENT,
  TOKEN_PROTOCOL,
  WEB_PROTOCOL,
  WEB_SOCKET_PATH,
} from '../../shared/web-binding.ts'
import type { DesktopContract } from '../../shared/desktop-contract.ts'
import { linkSocket } from './link-socket.ts'
import { NO_TOKEN, shareToken, tokenChannel } from './token-share.ts'
import type { DesktopClient } from './shell/desktop-commands.ts'
import type { Client } from './stores/client.ts'

/** How the preload script hands over the port to the main process; absent in a browser. */
declare global {
  interface Window {
    readonly peerscope?: { readonly requestPort: () => void }
  }
}

/** The contract's client, and what a connection tells when it cannot be used. */
export interface Api {
  readonly client: Client
  /** The desktop host's own calls, on the same port; null in a browser. */
  readonly desktop: DesktopClient | null
  /** Called when the host said goodbye, or refuses this window. */
  onUnusable(listener: (state: 'ended' | 'refused', reason: string) => void): void
}

/** After so many failures in a row it is found out whether a host is there and refuses the socket. */
const ASK_AFTER = 3
/** What a page with the token of an earlier start is told. */
const WRONG_TOKEN = 'Peerscope is there, but it does not take the token of this page'

/** Connects with the engine: through the preload's port in the desktop app, else through a WebSocket. */
export function connectApi(): Api {
  return window.peerscope === undefined ? socketApi() : portApi(window.peerscope)
}

function portApi(preload: NonNullable<Window['peerscope']>): Api {
  const port = new Promise<MessagePort>((resolve) => {
    const onMessage = (event: MessageEvent): void => {
      const [handed] = event.ports
      if (event.source !== window || event.data !== PORT_MESSAGE || handed === undefined) return
      window.removeEventListener('message', onMessage)
      handed.start()
      resolve(handed)
    }
    window.addEventListener('message', onMessage)
    preload.requestPort()
  })
  const link = port.then((open) => new PortLink({ port: open }))
  const client = clientOf(() => link)
  return { client, desktop: client.desktop, onUnusable: () => undefined }
}

function socketApi(): Api {
  const listeners = new Set<(state: 'ended' | 'refused', reason: string) => void>()
  const token = takeToken()
  const { href } = location
  let connected = false
  let current: Promise<ClientLink<ClientContext>> | null = null
  let failures = 0
  const sharing = shareToken(tokenChannel(), token, (given) => {
    sessionStorage.setItem(TOKEN_FRAGMENT, given)
    // The place in the URL stays; where nothing could be shown yet, as it was opened: what of it cannot be shown is to be told then.
    if (!connected) history.replaceState(null, '', href)
    location.reload()
  })
  const tell = (state: 'ended' | 'refused', reason: string): void => {
    if (state === 'refused') sharing.refused()
    listeners.forEach((listener) => listener(state, reason))
  }
  const open = (): Promise<ClientLink<ClientContext>> =>
    new Promise((resolve, reject) => {
      const url = new URL(WEB_SOCKET_PATH, location.href)
      url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
      url.hash = ''
      const socket = new WebSocket(url, [WEB_PROTOCOL, `${TOKEN_PROTOCOL}${token}`])
      socket.addEventListener('open', () => {
        failures = 0
        connected = true
        sharing.opened()
        resolve(new SocketLink({ websocket: linkSocket(socket) }))
      })
      socket.addEventListener('close', ({ code }) => {
        current = null
        sharing.closed()
        if (code === HOST_ENDED) tell('ended', 'Peerscope was stopped')
        reject(closed())
      })
      socket.addEventListener('error', () => {
        failures += 1
        if (failures < ASK_AFTER) return
        if (token === '') tell('refused', NO_TOKEN)
        else void isRefused().then((yes) => yes && failures > 0 && tell('refused', WRONG_TOKEN))
      })
    })
  const link = (): Promise<ClientLink<ClientContext>> => {
    current ??= open()
    return current
  }
  return {
    // What is under way when the socket closes fails by its parts, in other words.
    client: clientOf(link, (error) => (current === null ? closed() : error)),
    desktop: null,
    onUnusable: (listener) => {
      listeners.add(listener)
      if (token !== '') return
      sharing.refused()
      listener('refused', NO_TOKEN)
    },
  }
}

/** Why a call fails without a connection. */
function closed(): Unavailable {
  return new Unavailable('the connection with Peerscope is closed')
}

/** Whether a host answers, though not to our socket. */
async function isRefused(): Promise<boolean> {
  const answer = await fetch(WEB_SOCKET_PATH, {
    method: 'HEAD',
    cache: 'no-store',
    signal: AbortSignal.timeout(5000),
  }).catch(() => null)
  return answer?.status === SOCKET_ONLY
}

/** The token of the URL, kept for a reload and taken out of sight. */
function takeToken(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get(TOKEN_FRAGMENT)
  if (given !== null) {
    sessionStorage.setItem(TOKEN_FRAGMENT, given)
    history.replaceState(null, '', location.pathname)
  }
  return given ?? sessionStorage.getItem(TOKEN_FRAGMENT) ?? ''
}

/** All that an engine may offer; a browser's has no desktop. */
type AnyClient = Client & ContractRouterClient<DesktopContract>

/** @param reasonOf what is thrown for a call that failed */
function clientOf(
  link: () => Promise<ClientLink<ClientContext>>,
  reasonOf: (error: unknown) => unknown = (error) => error,
): AnyClient {
  return createORPCClient<AnyClient>({
    call: async (path, input, options) => {
      try {
        return await (await link()).call(path, input, options)
      } catch (error) {
        throw reasonOf(error)
      }
    },
  })
}

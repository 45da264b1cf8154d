/** What the browser host and its page agree on. */

/** The WebSocket subprotocol. The page offers it together with `TOKEN_PROTOCOL` + the token. */
export const WEB_PROTOCOL = 'peerscope.v1'

/** Head of the subprotocol that carries the token: out of URLs, and so out of logs and histories. */
export const TOKEN_PROTOCOL = 'token.'

/** The code with which the host closes a page's socket when it ends gracefully. */
export const HOST_ENDED = 4001

/** Path of the WebSocket. */
export const WEB_SOCKET_PATH = '/contract'

/**
 * The status (Upgrade Required) with which the host answers a plain request for that path. A browser does not tell its page
 * why a socket failed: by this the page knows that a host is there and refuses it.
 */
export const SOCKET_ONLY = 426

/** The token's place in the page's URL: the fragment, which browsers never send. */
export const TOKEN_FRAGMENT = 'token'

/** What the browser host and its page agree on. */

/** The WebSocket subprotocol. The page offers it together with `TOKEN_PROTOCOL` + the token. */
export const WEB_PROTOCOL = 'peerscope.v1'

/** Head of the subprotocol that carries the token: out of URLs, and so out of logs and histories. */
export const TOKEN_PROTOCOL = 'token.'

/** Path of the WebSocket. */
export const WEB_SOCKET_PATH = '/contract'

/** The token's place in the page's URL: the fragment, which browsers never send. */
export const TOKEN_FRAGMENT = 'token'

/** What the desktop host, its preload script and its page agree on. */

/** IPC channel: the page asks for its port, main answers with it. */
export const PORT_CHANNEL = 'peerscope:request-port'

/** What the preload posts to the page together with the port. */
export const PORT_MESSAGE = 'peerscope:port'

/** The scheme under which the desktop app serves its own page. */
export const APP_SCHEME = 'app'

/** The page's origin in the desktop app. */
export const APP_ORIGIN = `${APP_SCHEME}://peerscope`
